with
    source as (select * from {{ source("science", "lifetime_value_channel") }}),

    renamed as (
        select
            acquisition_channel,
            as_of_date,
            cast(horizon_months as bigint) as horizon_months,
            cast(expected_margin as decimal(18, 6)) as expected_margin,
            cast(expected_margin_low as decimal(18, 6)) as expected_margin_low,
            cast(expected_margin_high as decimal(18, 6)) as expected_margin_high,
            cannot_tell
        from source
    )

select *
from renamed
