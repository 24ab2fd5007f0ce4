{{ canonical_union("content_day") }}
