{{ canonical_union("account_period", ["account_key", "period", "date_stop"]) }}
