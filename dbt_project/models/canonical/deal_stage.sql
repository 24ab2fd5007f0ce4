{{ canonical_union("deal_stage") }}
