{{ as_imported("ledger_entry", source("import", "ledger_entry")) }}
