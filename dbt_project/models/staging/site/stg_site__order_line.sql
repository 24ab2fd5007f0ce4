{#- Computed once, for the orders read it as well. A line is in the currency of its order. -#}
{{ config(materialized="table") }}

with
    priced as (
        select lines.*, 'order_lines' as _entity, orders.currency
        from {{ ref("stg_site__order_lines") }} as lines
        left join
            {{ ref("stg_site__orders") }} as orders
            on orders._source = lines._source
            and orders._account = lines._account
            and orders.order_id = lines.order_id
    )

    {{ as_canonical("order_line", "priced") }}
