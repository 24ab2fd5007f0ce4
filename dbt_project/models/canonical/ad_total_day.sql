{{ canonical_union("ad_total_day") }}
