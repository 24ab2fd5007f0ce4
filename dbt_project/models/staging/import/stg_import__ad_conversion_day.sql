{{ as_imported("ad_conversion_day", source("import", "ad_conversion_day")) }}
