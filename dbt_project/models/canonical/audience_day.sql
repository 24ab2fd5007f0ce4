{{ canonical_union("audience_day") }}
