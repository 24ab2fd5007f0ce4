with
    source as (select * from {{ source("site", "order_lines") }} where not _deleted),

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
