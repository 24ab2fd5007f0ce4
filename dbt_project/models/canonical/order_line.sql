{{ canonical_union("order_line") }}
