with
    source as (select * from {{ source("science", "lifetime_value_quality") }}),

    renamed as (
        select
            as_of_date,
            cast(customers as bigint) as customers,
            cast(repeat_customers as bigint) as repeat_customers,
            cast(purchases_at_a_loss as bigint) as purchases_at_a_loss,
            cast(purchases_of_unknown_margin as bigint) as purchases_of_unknown_margin,
            cast(kept_share as decimal(18, 6)) as kept_share,
            cast(discount_rate as decimal(18, 6)) as discount_rate,
            cast(r as decimal(18, 6)) as r,
            cast(alpha_days as decimal(18, 6)) as alpha_days,
            cast(a as decimal(18, 6)) as a,
            cast(b as decimal(18, 6)) as b,
            cast(buying_log_likelihood as decimal(18, 6)) as buying_log_likelihood,
            cast(p as decimal(18, 6)) as p,
            cast(q as decimal(18, 6)) as q,
            cast(v as decimal(18, 6)) as v,
            cast(margin_log_likelihood as decimal(18, 6)) as margin_log_likelihood,
            cast(frequency_value_correlation as decimal(18, 6)) as frequency_value_correlation,
            cannot_tell,
            calibration_end,
            cast(holdout_days as bigint) as holdout_days,
            cast(holdout_customers as bigint) as holdout_customers,
            cast(actual_orders as bigint) as actual_orders,
            cast(expected_orders as decimal(18, 6)) as expected_orders,
            cast(naive_orders as decimal(18, 6)) as naive_orders,
            cast(error_per_customer as decimal(18, 6)) as error_per_customer,
            cast(naive_error_per_customer as decimal(18, 6)) as naive_error_per_customer,
            cast(rank_correlation as decimal(18, 6)) as rank_correlation,
            cast(naive_rank_correlation as decimal(18, 6)) as naive_rank_correlation,
            cast(actual_margin as decimal(18, 6)) as actual_margin,
            cast(expected_margin as decimal(18, 6)) as expected_margin,
            holdout_cannot_tell
        from source
    )

select *
from renamed
