{#- The identifiers of each order, lead, contact and visitor; placeholders are null here. -#}
{%- set text = dbt.type_string() %}

select
    'order' as record_kind,
    order_key as record_key,
    {{ known_id("email_key") }} as email_key,
    {{ known_id("phone_key") }} as phone_key,
    customer_ref,
    visitor_key,
    ordered_at as seen_at
from {{ ref("int_orders_assessed") }}
union all
select
    'lead',
    lead_key,
    {{ known_id("email_key") }},
    {{ known_id("phone_key") }},
    cast(null as {{ text }}),
    visitor_key,
    created_at
from {{ ref("int_leads_tagged") }}
union all
select
    'contact',
    _source || ':' || _account || ':' || contact_id,
    {{ known_id("email_key") }},
    {{ known_id("phone_key") }},
    cast(null as {{ text }}),
    cast(null as {{ text }}),
    created_at
from {{ ref("contact") }}
union all
select
    'visitor',
    visitor_key,
    cast(null as {{ text }}),
    cast(null as {{ text }}),
    min(customer_ref),
    visitor_key,
    min(occurred_at)
from {{ ref("int_events_sessionized") }}
where visitor_key is not null and not is_bot
group by visitor_key
