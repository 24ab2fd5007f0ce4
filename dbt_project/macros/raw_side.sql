{#-
  The side of raw in reconciliation: `columns` of an entity, of all its sources. A source's own model `raw_<source>__<entity>` takes precedence:
  it reads the raw tables and no other model, so that a fault of the source's staging shows. Without one, the staging model itself is read, and only
  what comes after it is checked. The column `raw_side` says which: `raw` or `staging`.
-#}
{% macro raw_side(entity, columns) %}
    {%- set columns = columns | join(", ") %}
    (
        {%- for name in var("canonical")[entity] %}
            {%- set own = name | replace("stg_", "raw_", 1) %}
            {%- set kind, model_name = ("raw", own) if own in var("raw_sides") else ("staging", name) %}
            select {{ columns }}, cast('{{ kind }}' as {{ dbt.type_string() }}) as raw_side
            from {{ ref(model_name) }} {{ "union all" if not loop.last }}
        {%- else %}
            select {{ columns }}, cast(null as {{ dbt.type_string() }}) as raw_side from {{ staged(entity) }} as nothing
        {%- endfor %}
    )
{%- endmacro %}
