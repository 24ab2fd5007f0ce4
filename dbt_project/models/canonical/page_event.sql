{{ canonical_union("page_event") }}
