{{ canonical_union("ad_conversion_day") }}
