{{ canonical_union("competitor_content") }}
