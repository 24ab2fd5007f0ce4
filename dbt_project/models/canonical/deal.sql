{{ canonical_union("deal") }}
