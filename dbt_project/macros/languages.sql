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
