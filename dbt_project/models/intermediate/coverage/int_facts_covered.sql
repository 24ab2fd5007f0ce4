{#-
  The days on which a fact is known: from its first row to its last, or to the last day that one of its sources covers. Within
  them no row means 0; outside of them, and if no source has the fact, it is unknown. That a source has another fact for a day
  does not make this one known.
-#}
{%- set facts = {
    "sessions": ("session", ref("int_sessions_built"), "true"),
    "leads": ("lead", ref("int_leads_channelled"), "true"),
    "deals": ("deal", ref("int_deals_matched"), "true"),
    "orders": ("order", ref("int_orders_valued"), "true"),
    "revenue": ("order", ref("int_orders_valued"), "revenue_reporting is not null"),
} %}

with
    reported as (
        {%- for name, (fact, model, condition) in facts.items() %}
            select '{{ name }}' as name, '{{ fact }}' as fact, min(date_day) as first_day, max(date_day) as last_day
            from {{ model }}
            where {{ condition }}
            having count(*) > 0 {{ "union all" if not loop.last }}
        {%- endfor %}
    ),

    covered as (
        select fact, max(date_day) as last_day from {{ ref("int_days_covered") }} where is_covered group by fact
    )

select reported.name as fact, reported.first_day, greatest(reported.last_day, covered.last_day) as last_day
from reported
left join covered on reported.fact = covered.fact
