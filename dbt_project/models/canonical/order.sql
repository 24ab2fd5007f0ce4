{{ canonical_union("order") }}
