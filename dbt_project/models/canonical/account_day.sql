{{ canonical_union("account_day") }}
