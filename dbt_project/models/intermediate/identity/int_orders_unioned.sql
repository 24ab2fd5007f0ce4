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
    "currency",
    "revenue",
    "refunded",
    "shipping",
    "tax",
    "discount",
    "cost",
    "quantity",
    "ordered_at",
] %}
{%- set own_states = var("order_states") %}

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
            nullif(trim(status), '') as status,
            is_test,
            cast(null as {{ dbt.type_string() }}) as declared_channel,
            cast(null as {{ dbt.type_string() }}) as declared_campaign
        from site_orders
        union all
        select
            {{ columns | join(", ") }},
            nullif(trim(status), '') as status,
            false as is_test,
            {{ declared_channel("channel") }} as declared_channel,
            {{ told("campaign") }} as declared_campaign
        from {{ ref("stg_import__orders") }}
    ),

    stating as (select distinct _source, _account from unioned where status is not null),

    shipped as (select {{ state_key("state") }} as state_key, meaning from {{ ref("order_state") }}),

    own as (
        {%- for source, states in own_states.items() %}
            {%- set last_source = loop.last %}
            {%- for state, meaning in states.items() %}
                select
                    {{ text_literal(source) }} as _source,
                    {{ state_key(text_literal(state)) }} as state_key,
                    {{ text_literal(meaning) }} as meaning {{ "union all" if not (last_source and loop.last) }}
            {%- endfor %}
        {%- else %}
            select
                {{ text_literal(none) }} as _source,
                {{ text_literal(none) }} as state_key,
                {{ text_literal(none) }} as meaning
        {%- endfor %}
    )

select
    unioned.*,
    unioned._source || ':' || unioned._account || ':' || unioned.order_id as order_key,
    {{ visitor_key("unioned._account", "unioned.visitor_id") }} as visitor_key,
    {{ customer_ref("unioned._source", "unioned._account", "unioned.customer_id") }} as customer_ref,
    case
        -- a source without states sells; one that has them states them for all of its orders
        when unioned.status is null and stating._source is null
        then 'sale'
        else coalesce(own.meaning, shipped.meaning, 'unknown')
    end as order_state,
    {{ reporting_day("unioned.ordered_at") }} as date_day
from unioned
left join stating on stating._source = unioned._source and stating._account = unioned._account
left join shipped on shipped.state_key = {{ state_key("unioned.status") }}
left join own on own._source = unioned._source and own.state_key = {{ state_key("unioned.status") }}
