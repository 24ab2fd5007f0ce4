{{ canonical_union("competitor_account_day") }}
