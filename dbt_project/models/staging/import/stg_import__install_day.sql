{{ as_imported("install_day", source("import", "install_day")) }}
