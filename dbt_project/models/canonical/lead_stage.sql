{{ canonical_union("lead_stage") }}
