{{ canonical_union("exchange_rate") }}
