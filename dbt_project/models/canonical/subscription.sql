{{ canonical_union("subscription") }}
