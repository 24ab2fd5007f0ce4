{{ canonical_union("ad") }}
