{{ canonical_union("lead") }}
