{{ as_imported("deal_stage", source("import", "deal_stage")) }}
