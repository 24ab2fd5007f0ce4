{{ as_imported("ad_day", source("import", "ad_day"), also=["segment"]) }}
