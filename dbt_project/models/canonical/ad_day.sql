{{ canonical_union("ad_day", ["ad_key", "date_day", "currency"]) }}
