{#- What dbt's own macros do otherwise on Spark, where dbt-spark would lose something. -#}
{#- dbt-spark counts in whole seconds; this keeps microseconds, and a timestamp without zone. -#}
{% macro spark__dateadd(datepart, interval, from_date_or_timestamp) -%}
    timestampadd({{ datepart }}, cast({{ interval }} as int), cast({{ from_date_or_timestamp }} as timestamp))
{%- endmacro %}

{#- dbt-spark leaves the order out. -#}
{% macro spark__listagg(measure, delimiter_text, order_by_clause, limit_num) -%}
    {%- if limit_num -%}
        {%- do exceptions.raise_compiler_error("listagg on Spark: limit_num is not supported.") -%}
    {%- endif -%}
    listagg({{ measure }}, {{ delimiter_text }}) {{ "within group (" ~ order_by_clause ~ ")" if order_by_clause }}
{%- endmacro %}

{#- dbt-spark writes a missing value as the text None, and stops at an apostrophe. -#}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model["config"].get("column_types", {}) -%}
    {%- set sql -%}
        insert into {{ this }} values
        {% for row in agate_table.rows -%}
            (
                {%- for name in agate_table.column_names -%}
                    {%- set type = types.get(name, adapter.convert_type(agate_table, loop.index0)) -%}
                    cast({{ multiball.text_literal(row[name] | string if row[name] is not none else none) }} as {{ type }})
                    {{- ", " if not loop.last }}
                {%- endfor -%}
            ) {{- "," if not loop.last }}
        {% endfor %}
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=true) -%}
    {{ return(sql) }}
{%- endmacro %}

{#- Tables of files have no constraints, so nulls in not-null columns are counted. dbt-spark only supports the constraints of Delta tables. -#}
{% macro spark__persist_constraints(relation, model) -%}
    {%- set required = [] -%}
    {%- for column in model.columns.values() if "not_null" in column.constraints | map(attribute="type") -%}
        {%- do required.append(column.name) -%}
    {%- endfor -%}
    {%- if required -%}
        {%- set counts = run_query("select count(*), count(" ~ required | join("), count(") ~ ") from " ~ relation) -%}
        {%- set row = counts.rows[0] -%}
        {%- for name in required -%}
            {%- if row[loop.index] != row[0] -%}
                {%- do exceptions.raise_compiler_error(
                    relation
                    ~ ": column "
                    ~ name
                    ~ " is null in "
                    ~ (row[0] - row[loop.index])
                    ~ " rows; its contract says not_null."
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}
