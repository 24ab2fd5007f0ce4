{{ as_imported("content_day", source("import", "content_day"), days_covered="1", _precedence="2") }}
