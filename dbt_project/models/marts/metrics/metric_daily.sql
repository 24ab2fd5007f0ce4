{#-
  The catalogue in long form, for the marts that have a row per day. Sums and levels add up over the members of a dimension on one day; a
  ratio is a ratio of sums; what counts different people is never added up: it stands only for accounts whose day is one row of the mart. A
  dimension that a metric's own mart lacks comes from the first mart that has the same amount by it.
-#}
{%- set dimensions = dict({"total": none}, **var("metric_dimensions")) %}
{%- for mart in var("metric_marts") %}
-- depends_on: {{ ref(mart) }}
{%- endfor %}
{%- set metrics = metric_catalogue() %}
{%- set people = metrics | selectattr("additivity", "equalto", "distinct") | map(attribute="column") | list %}
{%- set cells = [] %}
{%- for metric in metrics if "date_day" in metric.columns and not metric.within %}
    {%- set inputs = metric_inputs(metric, people) %}
    {%- set counts_people = [metric.numerator, metric.denominator, metric.column] | select(
        "in", people
    ) | list | length > 0 %}
    {%- for dimension, column in dimensions.items() if dimension == "account" or not counts_people %}
        {%- set having = [] %}
        {%- for mart in metric.marts if "date_day" in mart.columns and (column is none or column in mart.columns) %}
            {%- do having.append(mart) %}
        {%- endfor %}
        {%- for mart in having[:1] %}
            {%- set own = (
                inputs
                if mart.name == metric.mart
                else metric_inputs(dict(metric, column=mart.column), people)
            ) %}
            {%- do cells.append(
                {
                    "metric": metric,
                    "mart": mart.name,
                    "dimension": dimension,
                    "inputs": own,
                    "has_finality": "is_final" in mart.columns,
                }
            ) %}
        {%- endfor %}
    {%- endfor %}
{%- endfor %}

with
    {%- for mart, in_mart in cells | groupby("mart") %}
        {%- for dimension, of_dimension in in_mart | groupby("dimension") %}
            {%- set member = dimensions[dimension] %}
            {{ mart }}_by_{{ dimension }} as (
                select
                    date_day,
                    {{ member or "'all'" }} as member
                    {%- for name, value in of_dimension | map(attribute="inputs") | sum(start=[]) | unique | sort %}
                        , {{ value }} as {{ name }}
                    {%- endfor %}
                    {%- set has_finality = of_dimension[0].has_finality %},
                    {{ "min(case when is_final then 1 else 0 end) = 1" if has_finality else "cast(null as boolean)" }}
                    as is_final
                from {{ ref(mart) }}
                where date_day is not null {{ "and " ~ member ~ " is not null" if member }}
                group by date_day{{ ", " ~ member if member }}
            ),
        {%- endfor %}
    {%- endfor %}

    cells as (
        {%- for cell in cells %}
            {%- set is_ratio = cell.metric.additivity == "ratio" %}
            select
                date_day,
                '{{ cell.metric.name }}' as metric,
                '{{ cell.dimension }}' as dimension,
                member,
                '{{ cell.metric.additivity }}' as additivity,
                cast({{ cell.inputs[0][0] if is_ratio else "null" }} as decimal(18, 6)) as numerator,
                cast({{ cell.inputs[1][0] if is_ratio else "null" }} as decimal(18, 6)) as denominator,
                {% if is_ratio -%}
                    {{ ratio(cell.inputs[0][0] ~ " * " ~ cell.metric.get("multiplier", 1), cell.inputs[1][0]) }}
                {%- else -%} cast({{ cell.inputs[0][0] }} as decimal(18, 6))
                {%- endif %} as value,
                is_final
            from {{ cell.mart }}_by_{{ cell.dimension }} {{ "union all" if not loop.last }}
        {%- else %}
            select
                cast(null as date) as date_day,
                {% for column in ["metric", "dimension", "member", "additivity"] -%}
                    {{ text_literal(none) }} as {{ column }},
                {% endfor -%}
                {% for column in ["numerator", "denominator", "value"] -%} cast(null as decimal(18, 6)) as {{ column }},
                {%- endfor %}
                cast(null as boolean) as is_final
        {%- endfor %}
    )

select date_day, metric, dimension, member, additivity, numerator, denominator, value, is_final
from cells
where value is not null or numerator is not null or denominator is not null
