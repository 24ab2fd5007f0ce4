{#-
  The canonical layer: one contract between what brings data and what uses it. models/canonical/<entity>.yml declares an entity's columns and
  types; models/staging/<source>/stg_<source>__<entity>.sql gives all of them; models/canonical/<entity>.sql is the union of these.
-#}
{#- The columns of an entity as its contract declares them. dbt knows the contract only when it runs: empty while it parses. -#}
{% macro canonical_columns(entity) %}
    {%- if not execute %} {{ return([]) }} {%- endif %}
    {%- set columns = graph.nodes["model.multiball." ~ entity].columns.values() | list %}
    {%- for column in columns if not column.data_type %}
        {%- do exceptions.raise_compiler_error(
            "models/canonical/" ~ entity ~ ".yml: column " ~ column.name ~ " has no data_type. Add it."
        ) %}
    {%- endfor %}
    {{ return(columns) }}
{% endmacro %}

{#-
  The last select of a staging model: every column of the entity, in its type, from `relation`; null for those that the source `lacks`.
  Columns of `relation` that the entity does not have are left out.
-#}
{% macro as_canonical(entity, relation, lacks=[]) %}
    {%- set columns = canonical_columns(entity) %}
    {%- if execute and lacks | reject("in", columns | map(attribute="name") | list) | list %}
        {%- do exceptions.raise_compiler_error(
            model.original_file_path ~ ": lacks " ~ lacks
            | reject("in", columns | map(attribute="name") | list)
            | join(", ") ~ ", which models/canonical/" ~ entity ~ ".yml does not have. Remove it."
        ) %}
    {%- endif %}
    select
        {%- for column in columns %}
            {%- set type = api.Column.translate_type(column.data_type) %}
            cast({{ "null" if column.name in lacks else column.name }} as {{ type }}) as {{ column.name }}
            {{- "," if not loop.last }}
        {%- else %} *
        {%- endfor %}
    from {{ relation }}
{% endmacro %}

{#-
  All rows of an entity, of the staging models that the variable `canonical` names for it. Where several sources report the same thing, which has
  a `key` then, the one that was extracted last decides.
-#}
{% macro canonical_union(entity, key=none) %}
    {%- set names = canonical_columns(entity) | map(attribute="name") | join(", ") or "*" %}
    with
        unioned as (
            {%- for name in var("canonical")[entity] %}
                select {{ names }} from {{ ref(name) }} {{ "union all" if not loop.last }}
            {%- endfor %}
        ),

        chosen as ({{ one_source("unioned", key) if key else "select * from unioned" }})

    select {{ names }}
    from chosen
{% endmacro %}
