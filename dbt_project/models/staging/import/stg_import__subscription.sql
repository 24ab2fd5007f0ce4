{{ as_imported("subscription", source("import", "subscription")) }}
