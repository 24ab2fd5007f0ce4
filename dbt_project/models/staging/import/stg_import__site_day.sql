{{ as_imported("site_day", source("import", "site_day")) }}
