{{ as_imported("content", source("import", "content")) }}
