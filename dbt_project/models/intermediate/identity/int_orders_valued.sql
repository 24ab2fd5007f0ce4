{#-
  The revenue of each order. A return is a separate row: its amount or quantity is negative, or it has a refund without a sale.
  It is not an order and takes nothing from the gross revenue; its amount is a refund. Amounts of refunds may be written with a minus.
-#}
with
    identified as (
        select
            orders.*,
            records.customer_key,
            records.identified_by,
            coalesce(orders.revenue < 0, false) or coalesce(orders.quantity < 0, false) as is_negative,
            abs(coalesce(orders.revenue, 0)) as stated_amount,
            abs(coalesce(orders.refunded, 0)) as stated_refund
        from {{ ref("int_orders_assessed") }} as orders
        left join
            {{ ref("int_records_identified") }} as records
            on records.record_kind = 'order'
            and records.record_key = orders.order_key
    ),

    told_apart as (
        select
            *,
            order_state = 'test' or is_test as is_a_test,
            is_negative or (stated_amount = 0 and stated_refund > 0) as is_return,
            case
                when is_negative
                then greatest(stated_amount, stated_refund)
                when order_state = 'refunded' and stated_refund = 0
                then revenue
                when refunded is not null
                then stated_refund
            end as refunds
        from identified
    ),

    valued as (
        select
            *,
            case when is_return then 0 else revenue end as gross,
            case
                when is_return
                then - refunds
                when coalesce(revenue, refunds) is not null
                then coalesce(revenue, 0) - coalesce(refunds, 0)
            end as net_revenue,
            -- an order that was paid before it was cancelled has revenue and a refund
            not is_a_test
            and (
                order_state in ('sale', 'partly_refunded', 'refunded')
                or (order_state = 'cancelled' and coalesce(refunds, 0) > 0)
            ) as is_counted
        from told_apart
    ),

    orders as (
        select
            *,
            is_counted and not is_return and order_state <> 'cancelled' as is_order,
            -- goods that were never sent cost nothing
            net_revenue
            - case when order_state = 'cancelled' and not is_return and cost is not null then 0 else cost end as margin
        from valued
    ),

    ranked as (
        select
            order_key,
            row_number() over (
                partition by customer_key order by ordered_at nulls last, order_key
            ) as order_number_of_customer
        from orders
        where is_order and customer_key is not null
    ),

    converted as (
        select
            orders.*,
            ranked.order_number_of_customer,
            {{ in_reporting_currency("orders.gross", "orders.currency", "rates") }} as revenue_reporting,
            {{ in_reporting_currency("orders.refunds", "orders.currency", "rates") }} as refunds_reporting,
            {{ in_reporting_currency("orders.margin", "orders.currency", "rates") }} as margin_reporting
        from orders
        left join ranked on ranked.order_key = orders.order_key
        left join
            {{ ref("int_exchange_rates_filled") }} as rates
            on rates.currency = orders.currency
            and rates.date_day = orders.date_day
    )

select
    _source,
    _account,
    _extracted_at,
    order_id,
    order_key,
    customer_id,
    visitor_id,
    visitor_key,
    customer_ref,
    email_key,
    phone_key,
    customer_key,
    identified_by,
    ordered_at,
    date_day,
    declared_channel,
    declared_campaign,
    status,
    order_state,
    coupon,
    quantity,
    currency,
    gross as revenue,
    refunds,
    net_revenue,
    cost,
    shipping,
    tax,
    discount,
    margin,
    is_a_test as is_test,
    is_return,
    is_counted,
    order_number_of_customer,
    case when is_order and customer_key is not null then order_number_of_customer = 1 end as is_new_customer,
    cast(case when is_order then 1 else 0 end as bigint) as order_units,
    revenue_reporting,
    refunds_reporting,
    case
        when coalesce(revenue_reporting, refunds_reporting) is not null
        then coalesce(revenue_reporting, 0) - coalesce(refunds_reporting, 0)
    end as net_revenue_reporting,
    margin_reporting
from converted
