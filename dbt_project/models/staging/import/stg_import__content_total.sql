{{ as_imported("content_total", source("import", "content_total"), _precedence="2") }}
