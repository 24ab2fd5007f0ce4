{{ canonical_union("content_total", ["content_key"]) }}
