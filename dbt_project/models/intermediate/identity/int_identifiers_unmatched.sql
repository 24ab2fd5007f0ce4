{#- The number of identifiers from a source on a day, and of those that identify a person, where the numbers differ. -#}
{%- set fields = [
    ("int_orders_assessed", "ordered_at", "customer_id", "customer_ref"),
    ("int_orders_assessed", "ordered_at", "visitor_id", "visitor_key"),
    ("int_orders_assessed", "ordered_at", "email_key", known_id("email_key")),
    ("int_orders_assessed", "ordered_at", "phone_key", known_id("phone_key")),
    ("int_leads_tagged", "created_at", "visitor_id", "visitor_key"),
    ("int_leads_tagged", "created_at", "email_key", known_id("email_key")),
    ("int_leads_tagged", "created_at", "phone_key", known_id("phone_key")),
    ("int_deals_matched", "coalesce(closed_at, created_at)", "lead_id", known_id("lead_id")),
    ("int_events_sessionized", "occurred_at", "visitor_id", "visitor_key"),
    ("int_events_sessionized", "occurred_at", "user_id", "customer_ref"),
    ("int_events_consented", "occurred_at", "session_id", "known_session_id"),
    ("int_events_consented", "occurred_at", "gclid", known_id("gclid")),
    ("int_events_consented", "occurred_at", "fbclid", known_id("fbclid")),
    ("int_events_consented", "occurred_at", "msclkid", known_id("msclkid")),
    ("int_events_consented", "occurred_at", "ttclid", known_id("ttclid")),
] %}

with
    counted as (
        {%- for model, moment, field, known in fields %}
            select
                {{ reporting_day(moment) }} as date_day,
                _source,
                '{{ field }}' as field,
                count({{ field }}) as given,
                count({{ known }}) as known
            from {{ ref(model) }}
            where {{ field }} is not null
            group by {{ reporting_day(moment) }}, _source {{ "union all" if not loop.last }}
        {%- endfor %}
    )

select date_day, _source, field, cast(sum(given) as bigint) as given, cast(sum(known) as bigint) as known
from counted
group by date_day, _source, field
having sum(given) <> sum(known)
