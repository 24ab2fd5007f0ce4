{{ canonical_union("search_query_day") }}
