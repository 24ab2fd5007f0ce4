select
    expected.customer_key,
    expected.as_of_date,
    expected.horizon_months,
    customers.orders,
    customers.margin_reporting as historic_margin,
    expected.p_alive,
    expected.expected_orders,
    expected.expected_margin,
    expected.expected_margin_low,
    expected.expected_margin_high,
    customers.acquisition_channel,
    customers.acquisition_campaign_key,
    expected.cannot_tell
from {{ ref("stg_science__lifetime_values") }} as expected
inner join {{ ref("dim_customer") }} as customers on customers.customer_key = expected.customer_key
