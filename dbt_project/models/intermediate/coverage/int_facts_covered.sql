{#-
  From which day to which a fact is known: from its first row to its last, or to the last day that one of its sources was loaded for. Within
  them nothing is 0; outside of them, and where no source brings the fact, nothing is known.
-#}
{%- set facts = {
    "sessions": ref("int_sessions_built"),
    "leads": ref("int_leads_channelled"),
    "deals": ref("int_deals_unioned"),
    "orders": ref("int_orders_valued"),
} %}

with
    brought as (
        {%- for fact, model in facts.items() %}
            select '{{ fact }}' as fact, _source, _account, min(date_day) as first_day, max(date_day) as last_day
            from {{ model }}
            group by _source, _account {{ "union all" if not loop.last }}
        {%- endfor %}
    ),

    loaded as (
        select source_name, account_id, max(window_end) as last_day
        from {{ ref("stg_multiball__loads") }}
        group by source_name, account_id
    )

select
    brought.fact, min(brought.first_day) as first_day, greatest(max(brought.last_day), max(loaded.last_day)) as last_day
from brought
left join loaded on loaded.source_name = brought._source and loaded.account_id = brought._account
group by brought.fact
