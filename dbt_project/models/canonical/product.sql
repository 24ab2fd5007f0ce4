{{ canonical_union("product") }}
