{{ as_imported("lead", source("import", "lead"), is_declared="false", is_archived="false") }}
