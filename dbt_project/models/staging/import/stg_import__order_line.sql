{{ as_imported("order_line", source("import", "order_line")) }}
