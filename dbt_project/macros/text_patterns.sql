{#- Whether a text matches a regular expression (the part of the syntax that RE2 and POSIX share). -#}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch("matches", "multiball")(text, pattern)) }}
{%- endmacro %}
{% macro default__matches(text, pattern) -%}
    {{ return("regexp_matches(" ~ text ~ ", '" ~ pattern ~ "')") }}
{%- endmacro %}
{% macro postgres__matches(text, pattern) -%} {{ return("(" ~ text ~ " ~ '" ~ pattern ~ "')") }} {%- endmacro %}
{% macro spark__matches(text, pattern) -%} {{ return("(" ~ text ~ " rlike '" ~ pattern ~ "')") }} {%- endmacro %}

{#- The first group of a pattern's first match in a text, or null where nothing matches or the group is empty. -#}
{% macro extract(text, pattern) -%}
    {{ return(adapter.dispatch("extract", "multiball")(text, pattern)) }}
{%- endmacro %}
{% macro default__extract(text, pattern) -%}
    {{ return("nullif(regexp_extract(" ~ text ~ ", '" ~ pattern ~ "', 1), '')") }}
{%- endmacro %}
{% macro postgres__extract(text, pattern) -%}
    {{ return("nullif(substring(" ~ text ~ " from '" ~ pattern ~ "'), '')") }}
{%- endmacro %}

{#-
  The value of a query parameter of a URL, or null. The name is matched in any case (ScCid is mixed by design), the value is kept as
  written but for the escapes that marketing links carry: '+', %20 and the common punctuation. Other escapes stay as they are, so
  that nothing is decoded twice. With `decode` false the value is kept as written: for click ids.
-#}
{% macro url_parameter(url, name, decode=true) -%}
    {%- set letters = [] -%}
    {%- for letter in name -%}
        {%- do letters.append(
            "[" ~ letter | lower ~ letter | upper ~ "]" if letter | lower != letter | upper else letter
        ) -%}
    {%- endfor -%}
    {%- set written = multiball.extract(url, "[?&]" ~ letters | join ~ "=([^&#]*)") -%}
    {%- if not decode -%} {{ return(written) }} {%- endif -%}
    {%- set ns = namespace(value="replace(" ~ written ~ ", '+', ' ')") -%}
    {%- for escape, sign in multiball._url_escapes() -%}
        {%- for spelling in [escape, escape | lower] | unique(case_sensitive=true) -%}
            {%- set ns.value = "replace(" ~ ns.value ~ ", '" ~ spelling ~ "', '" ~ sign ~ "')" -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(ns.value) }}
{%- endmacro %}

{#- Escapes and their signs; '%25' comes last, so that what it yields is not read as an escape again. -#}
{% macro _url_escapes() -%}
    {{
        return(
            [
                ("%20", " "),
                ("%21", "!"),
                ("%26", "&"),
                ("%28", "("),
                ("%29", ")"),
                ("%2B", "+"),
                ("%2C", ","),
                ("%2D", "-"),
                ("%2E", "."),
                ("%2F", "/"),
                ("%3A", ":"),
                ("%3D", "="),
                ("%3F", "?"),
                ("%40", "@"),
                ("%5F", "_"),
                ("%7C", "|"),
                ("%25", "%"),
            ]
        )
    }}
{%- endmacro %}

{#- The host of a URL in lower case without 'www.', or null. -#}
{% macro url_host(url) -%}
    {{ return(multiball.extract("lower(" ~ url ~ ")", "^[a-z][a-z0-9+.-]*://(?:www[.])?([^/?#:]+)")) }}
{%- endmacro %}
