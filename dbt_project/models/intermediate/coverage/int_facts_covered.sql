{#-
  From which day to which a fact is known: from its first row to its last, or to the last day that one of its sources covers it. Within
  them nothing is 0; outside of them, and where no source brings the fact, nothing is known. That a source brought another fact for a day
  says nothing of this one.
-#}
{%- set facts = {
    "sessions": ("session", ref("int_sessions_built"), "true"),
    "leads": ("lead", ref("int_leads_channelled"), "true"),
    "deals": ("deal", ref("int_deals_matched"), "true"),
    "orders": ("order", ref("int_orders_valued"), "true"),
    "revenue": ("order", ref("int_orders_valued"), "revenue_reporting is not null"),
} %}

with
    brought as (
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

select brought.name as fact, brought.first_day, greatest(brought.last_day, covered.last_day) as last_day
from brought
left join covered on brought.fact = covered.fact
