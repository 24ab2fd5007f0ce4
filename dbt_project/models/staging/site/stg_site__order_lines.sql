with
    source as ({{ newest_vintage(source("site", "order_lines"), ["order_id", "line_number"]) }}),

    renamed as (
        select
            _source,
            _account,
            order_id,
            line_number,
            product_id,
            product_name,
            quantity,
            unit_price,
            unit_cost,
            _extracted_at
        from source
    )

select *
from renamed
