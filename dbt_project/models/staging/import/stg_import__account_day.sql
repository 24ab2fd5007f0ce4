{{ as_imported("account_day", source("import", "account_day"), account_type="'organic'") }}
