{%- set own_states = var("order_states") %}

with
    orders as (
        select
            _source,
            _account,
            _extracted_at,
            order_id,
            customer_id,
            visitor_id,
            email_key,
            phone_key,
            coupon,
            currency,
            revenue,
            refunded,
            shipping,
            tax,
            discount,
            cost,
            quantity,
            ordered_at,
            nullif(trim(status), '') as status,
            is_test,
            declared_channel,
            declared_campaign
        from {{ ref("order") }}
    ),

    stating as (select distinct _source, _account from orders where status is not null),

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
    orders.*,
    orders._source || ':' || orders._account || ':' || orders.order_id as order_key,
    {{ visitor_key("orders._account", "orders.visitor_id") }} as visitor_key,
    {{ customer_ref("orders._source", "orders._account", "orders.customer_id") }} as customer_ref,
    case
        -- a source without states sells; one that has them states them for all of its orders
        when orders.status is null and stating._source is null
        then 'sale'
        else coalesce(own.meaning, shipped.meaning, 'unknown')
    end as order_state,
    {{ reporting_day("orders.ordered_at") }} as date_day
from orders
left join stating on stating._source = orders._source and stating._account = orders._account
left join shipped on shipped.state_key = {{ state_key("orders.status") }}
left join own on own._source = orders._source and own.state_key = {{ state_key("orders.status") }}
