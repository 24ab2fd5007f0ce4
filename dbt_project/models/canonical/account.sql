{{ canonical_union("account") }}
