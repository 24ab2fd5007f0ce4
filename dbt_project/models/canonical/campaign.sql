{{ canonical_union("campaign", ["campaign_key"]) }}
