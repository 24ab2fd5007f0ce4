{#-
  The metrics that the marts' yml define under config.meta.metrics, by name; each with the name of its `mart`, the mart's `columns`, and
  under `marts` all marts that have it, each with its columns and the metric's own column: its own mart first, then those of `also_in`.
  `over_days` says how it comes to its number over several days: `sum` (a sum, or a ratio of sums), `last`, or `none`, of what counts different
  people or sets something against them or against a level.
  Empty while dbt parses and in unit tests, where no graph is known. A build has checked the entries (multiball.marts) before dbt begins.
-#}
{% macro metric_catalogue() -%}
    {%- set metrics = {} -%}
    {%- if execute -%}
        {%- for node in (graph.nodes or {}).values() | selectattr("resource_type", "equalto", "model") -%}
            {%- for metric in node.config.get("meta", {}).get("metrics", []) -%}
                {%- do metrics.update(
                    {
                        metric.name: dict(
                            metric,
                            mart=node.name,
                            columns=node.columns.keys() | list,
                            facts=multiball.facts_of(metric, node.config.meta.get("facts", {})),
                            marts=multiball.marts_of(metric, node),
                        )
                    }
                ) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {%- set inputs_of_a_day = (
        metrics.values()
        | selectattr("additivity", "in", ["distinct", "last"])
        | map(attribute="column")
        | list
    ) -%}
    {%- for metric in metrics.values() -%}
        {%- set of_a_day = [metric.numerator, metric.denominator] | select("in", inputs_of_a_day) | list -%}
        {%- do metric.update(
            {
                "over_days": {
                    "distinct": "none",
                    "last": "last",
                    "sum": "sum",
                    "ratio": "none" if of_a_day else "sum",
                }[metric.additivity]
            }
        ) -%}
    {%- endfor -%}
    {{ return(metrics.values() | sort(attribute="name")) }}
{%- endmacro %}

{#- A ratio as the catalogue defines it, for one row of a relation; null while dbt parses and in unit tests, where no catalogue is known. -#}
{% macro metric_ratio(name, relation) -%}
    {%- set catalogue = multiball.metric_catalogue() -%}
    {%- set found = (
        catalogue
        | selectattr("name", "equalto", name)
        | selectattr("additivity", "equalto", "ratio")
        | list
    ) -%}
    {%- if catalogue and not found -%}
        {%- do exceptions.raise_compiler_error(
            model.original_file_path
            ~ ": there is no ratio "
            ~ name
            ~ ". Define it under config.meta.metrics of a mart."
        ) -%}
    {%- endif -%}
    {%- for metric in found -%}
        {{
            multiball.ratio(
                relation ~ "." ~ metric.numerator, relation ~ "." ~ metric.denominator, metric.get("multiplier", 1)
            )
        }}
    {%- else -%} cast(null as decimal(18, 6))
    {%- endfor -%}
{%- endmacro %}

{#- The marts that have a metric: its own, and those that give the same amount by dimensions which its own lacks. -#}
{% macro marts_of(metric, node) -%}
    {%- set found = [{"name": node.name, "columns": node.columns.keys() | list, "column": metric.get("column")}] -%}
    {%- for mart, column in metric.get("also_in", {}).items() -%}
        {%- set other = graph.nodes["model.multiball." ~ mart] -%}
        {%- do found.append({"name": mart, "columns": other.columns.keys() | list, "column": column}) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- The facts that a metric's columns count: a mart's `facts` name the columns of each, or `all` where it counts one thing only. -#}
{% macro facts_of(metric, facts) -%}
    {%- set found = [] -%}
    {%- for fact, columns in facts.items() -%}
        {%- for column in [metric.column, metric.numerator, metric.denominator]
            if column and (columns == "all" or column in columns) and fact not in found
        -%}
            {%- do found.append(fact) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{#- A text as an SQL literal, or a typed null. -#}
{% macro text_literal(text) -%}
    {%- if text is none -%} {{ return("cast(null as " ~ dbt.type_string() ~ ")") }} {%- endif -%}
    {{ return(adapter.dispatch("quoted_text", "multiball")(text)) }}
{%- endmacro %}

{% macro default__quoted_text(text) -%} {{ return("'" ~ text | replace("'", "''") ~ "'") }} {%- endmacro %}
{% macro spark__quoted_text(text) -%}
    {{ return(multiball.default__quoted_text(text | replace("\\", "\\\\"))) }}
{%- endmacro %}

{#-
  What a metric is made of, over a group of its mart's rows: pairs of a name and its SQL, one pair or, for a ratio, numerator and denominator.
  Of a ratio whose inputs are `known_together`, a row counts only where both are known; of one of several facts, a day on which all are known.
-#}
{% macro metric_inputs(metric, people) -%}
    {%- set columns = [metric.numerator, metric.denominator] if metric.additivity == "ratio" else [metric.column] -%}
    {%- set inputs = [] -%}
    {%- for column in columns -%}
        {%- set conditions = [] -%}
        {%- for each in columns if metric.get("known_together") -%}
            {%- do conditions.append(each ~ " is not null") -%}
        {%- endfor -%}
        {%- for fact in metric.facts if metric.additivity == "ratio" and metric.facts | length > 1 -%}
            {%- do conditions.append("is_" ~ fact ~ "_known") -%}
        {%- endfor -%}
        {%- set known = (
            "case when " ~ (conditions | join(" and ")) ~ " then " ~ column ~ " end"
            if conditions
            else column
        ) -%}
        {%- do inputs.append(
            (
                metric.name ~ "__" ~ column if conditions else column,
                multiball.the_only(known) if column in people else "sum(" ~ known ~ ")",
            )
        ) -%}
    {%- endfor -%}
    {{ return(inputs) }}
{%- endmacro %}

{#- The value of a group's single row; null where the group has several, for what must never be added up. -#}
{% macro the_only(column) -%} {{ return("case when count(*) = 1 then max(" ~ column ~ ") end") }} {%- endmacro %}
