{{ canonical_union("contact") }}
