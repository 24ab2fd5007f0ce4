{{ canonical_union("ad_segment_day") }}
