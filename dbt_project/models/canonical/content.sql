{{ canonical_union("content") }}
