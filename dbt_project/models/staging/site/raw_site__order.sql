with
    orders as ({{ newest_vintage(source("site", "orders"), ["order_id"]) }}),

    lines as ({{ newest_vintage(source("site", "order_lines"), ["order_id", "line_number"]) }}),

    quantities as (
        select _source, _account, order_id, sum(quantity) as quantity from lines group by _source, _account, order_id
    )

select
    orders._source,
    orders._account,
    orders.order_id,
    orders.ordered_at,
    orders.revenue,
    orders.refunded,
    quantities.quantity
from orders
left join
    quantities
    on quantities._source = orders._source
    and quantities._account = orders._account
    and quantities.order_id = orders.order_id
