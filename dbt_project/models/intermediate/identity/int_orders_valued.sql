with
    orders as (
        select
            orders.*,
            records.customer_key,
            records.identified_by,
            not orders.is_test and not orders.is_cancelled as is_counted,
            coalesce(orders.revenue < 0, false) as is_return,
            orders.revenue - orders.refunded - orders.cost as margin
        from {{ ref("int_orders_unioned") }} as orders
        left join
            {{ ref("int_records_identified") }} as records
            on records.record_kind = 'order'
            and records.record_key = orders.order_key
    ),

    ranked as (
        select
            order_key,
            row_number() over (partition by customer_key order by ordered_at, order_key) as order_number_of_customer
        from orders
        where is_counted and not is_return and customer_key is not null
    )

select
    orders.*,
    ranked.order_number_of_customer,
    case when ranked.order_key is not null then ranked.order_number_of_customer = 1 end as is_new_customer,
    cast(case when orders.is_counted and not orders.is_return then 1 else 0 end as bigint) as order_units,
    {{ in_reporting_currency("orders.revenue", "orders.currency", "rates") }} as revenue_reporting,
    {{ in_reporting_currency("orders.refunded", "orders.currency", "rates") }} as refunded_reporting,
    {{ in_reporting_currency("orders.margin", "orders.currency", "rates") }} as margin_reporting
from orders
left join ranked on ranked.order_key = orders.order_key
left join
    {{ ref("int_exchange_rates_filled") }} as rates
    on rates.currency = orders.currency
    and rates.date_day = orders.date_day
