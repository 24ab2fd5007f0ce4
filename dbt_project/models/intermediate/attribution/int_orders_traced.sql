{#-
  The path to each counted order: its person's touches in the `attribution_window_days` (90) up to the order, first to last. A person is the
  order's visitor or its customer. An order without touches whose source names a channel has that one touch; any other has none and one
  row here, as `unattributed`.
-#}
with
    orders as (select * from {{ ref("int_orders_valued") }} where is_counted),

    touches as (select * from {{ ref("int_touches_built") }}),

    met as (
        select orders.order_key, touches.touch_key
        from orders
        inner join
            touches
            on touches.visitor_key = orders.visitor_key
            and touches.touched_at <= orders.ordered_at
            and touches.touched_at
            >= {{ dbt.dateadd("day", "-" ~ var("attribution_window_days"), "orders.ordered_at") }}
        union
        select orders.order_key, touches.touch_key
        from orders
        inner join
            touches
            on touches.customer_key = orders.customer_key
            and touches.touched_at <= orders.ordered_at
            and touches.touched_at
            >= {{ dbt.dateadd("day", "-" ~ var("attribution_window_days"), "orders.ordered_at") }}
    ),

    paths as (
        select
            orders.order_key,
            orders.date_day,
            orders.order_units,
            orders.revenue_reporting,
            orders.refunds_reporting,
            touches.touch_key,
            touches.touched_at,
            case
                when touches.touch_key is not null
                then touches.channel
                else coalesce(orders.declared_channel, 'unattributed')
            end as channel,
            case when touches.touch_key is not null then touches.campaign else orders.declared_campaign end as campaign,
            touches.campaign_key,
            coalesce(touches.is_direct, orders.declared_channel = 'Direct', false) as is_direct,
            coalesce({{ dbt.datediff("touches.date_day", "orders.date_day", "day") }}, 0) as age_days
        from orders
        left join met on met.order_key = orders.order_key
        left join touches on touches.touch_key = met.touch_key
    )

select
    *,
    row_number() over (partition by order_key order by touched_at, touch_key) as touch_position,
    count(*) over (partition by order_key) as touch_count,
    max(case when is_direct then 0 else 1 end) over (partition by order_key) = 1 as has_non_direct,
    row_number() over (
        partition by order_key order by case when is_direct then 1 else 0 end, touched_at desc, touch_key desc
    ) as non_direct_rank
from paths
