{{ as_imported("lead_stage", source("import", "lead_stage")) }}
