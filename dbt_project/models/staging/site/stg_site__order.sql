{{ config(materialized="table") }}

with
    lines as (
        select _source, _account, order_id, cast(sum(quantity) as bigint) as quantity
        from {{ ref("stg_site__order_line") }}
        group by _source, _account, order_id
    ),

    counted as (
        select orders.*, 'orders' as _entity, lines.quantity
        from {{ ref("stg_site__orders") }} as orders
        left join
            lines
            on lines._source = orders._source
            and lines._account = orders._account
            and lines.order_id = orders.order_id
    )
    {{ as_canonical("order", "counted", lacks=["delivered_at", "region", "declared_channel", "declared_campaign"]) }}
