{#- Made from the marts' yml: a metric is defined there and nowhere else. -#}
{%- set metrics = metric_catalogue() %}
{% for metric in metrics %}
    select
        {{ text_literal(metric.name) }} as metric,
        {{ text_literal(metric.label) }} as label,
        {{ text_literal(metric.additivity) }} as additivity,
        {{ text_literal(metric.over_days) }} as over_days,
        {{ text_literal(metric.mart) }} as mart,
        {{ text_literal(metric.get("column")) }} as value_column,
        {{ text_literal(metric.get("numerator")) }} as numerator,
        {{ text_literal(metric.get("denominator")) }} as denominator,
        {{ text_literal(metric.facts | join(", ") or none) }} as facts,
        cast({{ metric.get("multiplier", 1) }} as bigint) as multiplier,
        {{ text_literal(metric.format) }} as format,
        {{ text_literal(metric.unit) }} as unit,
        {{ text_literal(metric.get("better")) }} as better,
        {{ text_literal(metric.description | trim) }} as description,
        {{ metric.get("vanity", false) }} as is_vanity
        {{ "union all" if not loop.last }}
{% else %}
    select
        {% for column in [
            "metric",
            "label",
            "additivity",
            "over_days",
            "mart",
            "value_column",
            "numerator",
            "denominator",
            "facts",
        ] -%}
            {{ text_literal(none) }} as {{ column }},
        {% endfor -%}
        cast(null as bigint) as multiplier,
        {{ text_literal(none) }} as format,
        {{ text_literal(none) }} as unit,
        {{ text_literal(none) }} as better,
        {{ text_literal(none) }} as description,
        cast(null as boolean) as is_vanity
    where 1 = 0
{% endfor %}
