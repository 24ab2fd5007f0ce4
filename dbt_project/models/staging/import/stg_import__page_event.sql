{{ as_imported("page_event", source("import", "page_event")) }}
