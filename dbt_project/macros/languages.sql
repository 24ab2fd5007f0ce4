{#- Texts by language: a JSON mapping such as {"en": "Grow.", "zh": "增长。"}. -#}
{#- The text in one language; null where there is none in it. -#}
{% macro in_language(texts, language) -%}
    {{ return(adapter.dispatch("in_language", "multiball")(texts, language)) }}
{%- endmacro %}

{% macro default__in_language(texts, language) -%}
    {{ return("(cast(" ~ texts ~ " as json) ->> '" ~ language ~ "')") }}
{%- endmacro %}

{% macro spark__in_language(texts, language) -%}
    {{ return("get_json_object(" ~ texts ~ ", '$." ~ language ~ "')") }}
{%- endmacro %}

{#- The texts of columns as one mapping, from pairs of language and column. Null where every column is. -#}
{% macro by_language(columns) -%}
    {%- set parts = [] -%}
    {%- for language, column in columns.items() -%}
        {%- do parts.append("'\"" ~ language ~ "\": ' || " ~ multiball.json_text(column)) -%}
    {%- endfor -%}
    {{ return("'{' || nullif(concat_ws(', ', " ~ parts | join(", ") ~ "), '') || '}'") }}
{%- endmacro %}

{#- A text as JSON writes it, in quotes; null where it is null. -#}
{% macro json_text(text) -%} {{ return(adapter.dispatch("json_text", "multiball")(text)) }} {%- endmacro %}

{% macro default__json_text(text) -%} {{ return("cast(to_json(" ~ text ~ ") as varchar)") }} {%- endmacro %}

{% macro postgres__json_text(text) -%} {{ return("cast(to_json(cast(" ~ text ~ " as text)) as text)") }} {%- endmacro %}

{#- Spark writes a struct alone as JSON: {"t":"…"}, or {} for null. -#}
{% macro spark__json_text(text) -%}
    {%- set struct = "to_json(named_struct('t', " ~ text ~ "))" -%}
    {{ return("case when " ~ text ~ " is not null then substr(" ~ struct ~ ", 6, length(" ~ struct ~ ") - 6) end") }}
{%- endmacro %}
