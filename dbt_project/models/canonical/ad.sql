{{ canonical_union("ad", ["ad_key"]) }}
