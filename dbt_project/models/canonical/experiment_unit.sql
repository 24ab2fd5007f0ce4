{{ canonical_union("experiment_unit") }}
