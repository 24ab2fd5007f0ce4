{{ canonical_union("account_day", ["account_key", "date_day"]) }}
