{{ canonical_union("ad_day") }}
