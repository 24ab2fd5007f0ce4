{%- set columns = [
    "_source",
    "_account",
    "_extracted_at",
    "order_id",
    "customer_id",
    "visitor_id",
    "email_key",
    "phone_key",
    "coupon",
    "revenue",
    "shipping",
    "tax",
    "discount",
    "cost",
    "quantity",
    "ordered_at",
] %}

with
    lines as (
        select _source, _account, order_id, cast(sum(quantity) as bigint) as quantity
        from {{ ref("stg_site__order_lines") }}
        group by _source, _account, order_id
    ),

    site_orders as (
        select orders.*, lines.quantity
        from {{ ref("stg_site__orders") }} as orders
        left join
            lines
            on lines._source = orders._source
            and lines._account = orders._account
            and lines.order_id = orders.order_id
    ),

    unioned as (
        select
            {{ columns | join(", ") }},
            upper(currency) as currency,
            lower(trim(status)) as status,
            coalesce(refunded, 0) as refunded,
            is_test,
            cast(null as {{ dbt.type_string() }}) as declared_channel,
            cast(null as {{ dbt.type_string() }}) as declared_campaign
        from site_orders
        union all
        select
            {{ columns | join(", ") }},
            upper(currency) as currency,
            lower(trim(status)) as status,
            coalesce(refunded, 0) as refunded,
            coalesce(lower(trim(status)) = 'test', false) as is_test,
            {{ declared_channel("channel") }} as declared_channel,
            {{ told("campaign") }} as declared_campaign
        from {{ ref("stg_import__orders") }}
    )

select
    *,
    _source || ':' || _account || ':' || order_id as order_key,
    coalesce(status in ('cancelled', 'canceled', 'failed', 'voided', 'void'), false) as is_cancelled,
    {{ reporting_day("ordered_at") }} as date_day
from unioned
