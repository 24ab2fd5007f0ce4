{{ canonical_union("account_period") }}
