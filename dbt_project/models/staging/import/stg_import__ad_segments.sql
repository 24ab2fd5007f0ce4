{{ as_imported("ad_segment_day", source("import", "ad_segment_day")) }}
