{{ canonical_union("site_day") }}
