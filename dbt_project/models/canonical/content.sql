{{ canonical_union("content", ["content_key"]) }}
