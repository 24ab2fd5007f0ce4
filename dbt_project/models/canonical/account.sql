{{ canonical_union("account", ["account_key"]) }}
