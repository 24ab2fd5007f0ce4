{{ as_imported("order", source("import", "order"), is_test="false") }}
