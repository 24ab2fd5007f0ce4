{{ as_imported("experiment_unit", source("import", "experiment_unit")) }}
