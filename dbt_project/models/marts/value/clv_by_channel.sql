with
    customers as (
        select
            acquisition_channel,
            horizon_months,
            count(*) as customers,
            sum(p_alive) as active_customers,
            sum(orders) as orders,
            sum(historic_margin) as historic_margin,
            sum(expected_orders) as expected_orders
        from {{ ref("customer_lifetime_value") }}
        group by acquisition_channel, horizon_months
    ),

    spent as (
        select days.channel, sum(days.spend) as spend
        from {{ ref("conversion_daily") }} as days
        where days.date_day <= (select max(as_of_date) from {{ ref("stg_science__lifetime_value_channels") }})
        group by days.channel
    )

select
    channels.acquisition_channel,
    channels.as_of_date,
    channels.horizon_months,
    customers.customers,
    cast(customers.active_customers as decimal(18, 6)) as active_customers,
    cast(customers.orders as bigint) as orders,
    cast(customers.historic_margin as decimal(18, 6)) as historic_margin,
    cast(customers.expected_orders as decimal(18, 6)) as expected_orders,
    channels.expected_margin,
    channels.expected_margin_low,
    channels.expected_margin_high,
    {% for months in [12, 24, 36] -%}
        case
            when channels.horizon_months = {{ months }} then channels.expected_margin
        end as expected_margin_{{ months }}_months,
        case
            when channels.horizon_months = {{ months }} and channels.expected_margin is not null
            then customers.customers
        end as customers_{{ months }}_months,
    {% endfor -%}
    cast(
        case when channels.horizon_months = 12 and channels.expected_margin is not null then spent.spend end as decimal(
            18, 6
        )
    ) as spend_so_far,
    channels.cannot_tell
from {{ ref("stg_science__lifetime_value_channels") }} as channels
inner join
    customers
    on customers.acquisition_channel = channels.acquisition_channel
    and customers.horizon_months = channels.horizon_months
left join spent on channels.acquisition_channel = spent.channel
