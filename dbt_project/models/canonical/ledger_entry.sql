{{ canonical_union("ledger_entry") }}
