{{ as_imported("competitor_content", source("import", "competitor_content")) }}
