{#- The facts of a metric come from the marts' yml, as dim_metric does. -#}
{%- set pairs = [] %}
{%- for metric in metric_catalogue() %}
    {%- for fact in metric.facts %} {%- do pairs.append((metric, fact)) %} {%- endfor %}
{%- endfor %}

with
    facts as (
        {% for metric, fact in pairs %}
            select
                {{ text_literal(metric.name) }} as metric,
                {{ text_literal(fact) }} as fact,
                {{ metric.facts | length }} as facts
                {{ "union all" if not loop.last }}
        {% else %}select {{ text_literal(none) }} as metric, {{ text_literal(none) }} as fact, 0 as facts where 1 = 0
        {% endfor %}
    )

select
    facts.metric,
    known.date_day,
    min(case when known.is_known then 1 else 0 end) = 1 and count(*) = max(facts.facts) as is_known,
    {{ dbt.listagg("known.fact || ': ' || known.accounts", "'; '", "order by known.fact") }} as accounts
from facts
inner join {{ ref("int_fact_days_known") }} as known on facts.fact = known.fact
group by facts.metric, known.date_day
