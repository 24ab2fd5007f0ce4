{#-
  The canonical layer: one contract between sources and users of data. models/canonical/<entity>.yml declares an entity's columns and
  types; models/staging/<source>/stg_<source>__<entity>.sql gives all of them; models/canonical/<entity>.sql is the union of these.
-#}
{#- The columns of an entity as its contract declares them. dbt knows the contract only when it builds: empty while it parses, and in unit tests. -#}
{% macro canonical_columns(entity) %}
    {%- if not execute or "nodes" not in graph %} {{ return([]) }} {%- endif %}
    {%- set columns = graph.nodes["model.multiball." ~ entity].columns.values() | list %}
    {%- for column in columns if not column.data_type %}
        {%- do exceptions.raise_compiler_error(
            "models/canonical/" ~ entity ~ ".yml: column " ~ column.name ~ " has no data_type. Add it."
        ) %}
    {%- endfor %}
    {{ return(columns) }}
{% endmacro %}

{#- What an entity's contract declares of the whole: grain, key, personal columns, settings of imports. Empty like the above. -#}
{% macro canonical_meta(entity) %}
    {{ return(graph.nodes["model.multiball." ~ entity].config.meta if execute and "nodes" in graph else {}) }}
{% endmacro %}

{#-
  The last select of a staging model: every column of the entity, in its type, from `relation`; null for those that the source `lacks`. A column
  that is something else there is given as an argument: `account_name="name"`. Columns of `relation` that the entity does not have are left out,
  but for those that `also` names.
-#}
{% macro as_canonical(entity, relation, lacks=[], also=[]) %}
    {%- set columns = canonical_columns(entity) %}
    {%- set unknown = (
        (lacks + kwargs.keys() | list) | reject("in", columns | map(attribute="name") | list) | join(", ")
    ) %}
    {%- if columns and unknown %}
        {%- do exceptions.raise_compiler_error(
            model.original_file_path
            ~ ": names "
            ~ unknown
            ~ ", which models/canonical/"
            ~ entity
            ~ ".yml does not have. Remove it."
        ) %}
    {%- endif %}
    select
        {%- for column in columns %}
            {%- set type = api.Column.translate_type(column.data_type) %}
            {%- set given = "null" if column.name in lacks else kwargs.get(column.name, column.name) %}
            cast({{ given }} as {{ type }}) as {{ column.name }} {{- "," if not loop.last }}
        {%- else %} *
        {%- endfor %}
        {%- for name in also if columns %}, {{ name }} {%- endfor %}
    from {{ relation }}
{% endmacro %}

{#-
  All rows of an entity, of the staging models that the variable `canonical` names for it. Where several sources can report the same thing, whose
  key is without `_source` then, the row of the lowest `_precedence` counts, where the entity has that, and of these the one that was extracted last.
-#}
{% macro canonical_union(entity) %}
    {%- set meta = canonical_meta(entity) %}
    {%- set key = meta.key if meta else ["_source"] %}
    {%- set names = canonical_columns(entity) | map(attribute="name") | list %}
    {%- set first = ["_precedence"] if "_precedence" in names else [] %}
    with
        unioned as {{ staged(entity) }},

        chosen as ({{ "select * from unioned" if "_source" in key else one_source("unioned", key, first) }})

    select {{ names | join(", ") or "*" }}
    from chosen
{% endmacro %}

{#- All rows of an entity from all sources, before duplicates between sources are resolved. None if no source has it. -#}
{% macro staged(entity) %}
    {%- set columns = canonical_columns(entity) %}
    {%- set names = columns | map(attribute="name") | join(", ") or "*" %}
    (
        {%- for name in var("canonical")[entity] %}
            select {{ names }} from {{ ref(name) }} {{ "union all" if not loop.last }}
        {%- else %}
            select
                {%- for column in columns %}
                    cast(null as {{ api.Column.translate_type(column.data_type) }}) as {{ column.name }}
                    {{- "," if not loop.last }}
                {%- else %} null as nothing
                {%- endfor %}
            where 1 = 0
        {%- endfor %}
    )
{%- endmacro %}

{#- Joins `settled`: the day of a canonical row, where no later load will change it. -#}
{% macro join_settled(rows, day="date_day") %}
    left join
        {{ ref("int_days_settled") }} as settled
        on {{ rows }}._source = settled._source
        and {{ rows }}._account = settled._account
        and {{ rows }}._entity = settled.entity
        and {{ rows }}.platform = settled.platform
        and {{ rows }}.{{ day }} = settled.date_day
{% endmacro %}
