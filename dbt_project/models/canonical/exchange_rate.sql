{{ canonical_union("exchange_rate", ["date_day", "currency"]) }}
