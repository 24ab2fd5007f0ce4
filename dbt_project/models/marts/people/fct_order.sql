with
    won_by as (
        select order_key, touch_key, channel, campaign, campaign_key
        from {{ ref("int_orders_credited") }}
        where attribution_model = 'last_non_direct'
    )

select
    orders.order_key,
    orders._source,
    orders._account,
    orders.order_id,
    orders.customer_key,
    orders.identified_by,
    orders.customer_id,
    orders.visitor_id,
    orders.ordered_at,
    orders.date_day,
    won_by.touch_key,
    coalesce(won_by.channel, orders.declared_channel, 'unattributed') as channel,
    won_by.campaign_key,
    coalesce(won_by.campaign, orders.declared_campaign) as campaign,
    orders.status,
    orders.order_state,
    orders.coupon,
    orders.quantity,
    orders.currency,
    cast(orders.revenue as decimal(18, 6)) as revenue,
    cast(orders.refunds as decimal(18, 6)) as refunds,
    cast(orders.net_revenue as decimal(18, 6)) as net_revenue,
    orders.cost,
    orders.shipping,
    orders.tax,
    orders.discount,
    cast(orders.margin as decimal(18, 6)) as margin,
    orders.revenue_reporting,
    orders.refunds_reporting,
    cast(orders.net_revenue_reporting as decimal(18, 6)) as net_revenue_reporting,
    orders.margin_reporting,
    orders.is_test,
    orders.is_return,
    orders.is_counted,
    orders.order_units,
    orders.is_new_customer,
    cast(orders.order_number_of_customer as bigint) as order_number_of_customer
from {{ ref("int_orders_valued") }} as orders
left join won_by on won_by.order_key = orders.order_key
