{{ canonical_union("content_total") }}
