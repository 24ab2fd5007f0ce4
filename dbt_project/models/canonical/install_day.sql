{{ canonical_union("install_day") }}
