{#- `staging`, `intermediate` or `marts`, with the candidate's prefix on engines whose builds share one database. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ var("schema_prefix") }}{{ custom_schema_name or target.schema }}
{%- endmacro %}
