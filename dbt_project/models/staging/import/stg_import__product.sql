{{ as_imported("product", source("import", "product")) }}
