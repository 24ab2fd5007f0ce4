{{ as_imported("mention", source("import", "mention")) }}
