{{ as_imported("competitor_account_day", source("import", "competitor_account_day")) }}
