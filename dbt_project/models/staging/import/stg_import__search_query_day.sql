{{ as_imported("search_query_day", source("import", "search_query_day")) }}
