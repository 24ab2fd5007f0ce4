{{ as_imported("audience_day", source("import", "audience_day")) }}
