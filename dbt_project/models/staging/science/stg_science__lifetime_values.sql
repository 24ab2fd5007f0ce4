with
    source as (select * from {{ source("science", "lifetime_value") }}),

    renamed as (
        select
            customer_key,
            as_of_date,
            cast(horizon_months as bigint) as horizon_months,
            cast(p_alive as decimal(18, 6)) as p_alive,
            cast(expected_orders as decimal(18, 6)) as expected_orders,
            cast(expected_margin as decimal(18, 6)) as expected_margin,
            cast(expected_margin_low as decimal(18, 6)) as expected_margin_low,
            cast(expected_margin_high as decimal(18, 6)) as expected_margin_high,
            cannot_tell
        from source
    )

select *
from renamed
