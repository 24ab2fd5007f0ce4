with
    orders as (select * from {{ source("site", "orders") }} where not _deleted),

    lines as (select * from {{ source("site", "order_lines") }} where not _deleted),

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
