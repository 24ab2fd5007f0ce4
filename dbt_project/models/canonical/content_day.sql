{{ canonical_union("content_day", ["content_key", "date_day"]) }}
