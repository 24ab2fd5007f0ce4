{{ canonical_union("mention") }}
