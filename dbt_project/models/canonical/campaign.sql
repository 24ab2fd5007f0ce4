{{ canonical_union("campaign") }}
