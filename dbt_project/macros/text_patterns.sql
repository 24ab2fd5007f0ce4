{#- Whether a text matches a regular expression (the part of the syntax that RE2 and POSIX share). -#}
{% macro matches(text, pattern) -%}
    {{ return(adapter.dispatch("matches", "multiball")(text, pattern)) }}
{%- endmacro %}
{% macro default__matches(text, pattern) -%}
    {{ return("regexp_matches(" ~ text ~ ", '" ~ pattern ~ "')") }}
{%- endmacro %}
{% macro postgres__matches(text, pattern) -%} {{ return("(" ~ text ~ " ~ '" ~ pattern ~ "')") }} {%- endmacro %}
{% macro spark__matches(text, pattern) -%}
    {{ return("(" ~ text ~ " rlike " ~ multiball.java_pattern(pattern) ~ ")") }}
{%- endmacro %}

{#-
  A pattern as Spark's SQL writes it: a raw literal, since other literals lose their backslashes. For Java a line ends in other places than for
  RE2 and POSIX, and `$` matches before a last line break; `(?d)` and `\z` do as they do.
-#}
{% macro java_pattern(pattern) -%}
    {%- set pattern = pattern | replace("$)", "\\z)") -%}
    {%- if pattern.endswith("$") -%} {%- set pattern = pattern[:-1] ~ "\\z" -%} {%- endif -%}
    {{ return("r'(?d)" ~ pattern ~ "'") }}
{%- endmacro %}

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
{% macro spark__extract(text, pattern) -%}
    {{ return("nullif(regexp_extract(" ~ text ~ ", " ~ multiball.java_pattern(pattern) ~ ", 1), '')") }}
{%- endmacro %}

{#- A text with every match of a pattern replaced; `\1` in the replacement is the pattern's first group. -#}
{% macro replaced(text, pattern, replacement) -%}
    {{ return(adapter.dispatch("replaced", "multiball")(text, pattern, replacement)) }}
{%- endmacro %}
{% macro default__replaced(text, pattern, replacement) -%}
    {{ return("regexp_replace(" ~ text ~ ", '" ~ pattern ~ "', '" ~ replacement ~ "', 'g')") }}
{%- endmacro %}
{% macro spark__replaced(text, pattern, replacement) -%}
    {%- set replacement = replacement | replace("\\1", "$1") -%}
    {{ return("regexp_replace(" ~ text ~ ", " ~ multiball.java_pattern(pattern) ~ ", '" ~ replacement ~ "')") }}
{%- endmacro %}

{#-
  The value of a query parameter of a URL as it is written there, or null. The name is matched in any case (ScCid is mixed by design).
  A click id stays unchanged; any other value is decoded once, by `url_decoded`.
-#}
{% macro url_parameter(url, name) -%}
    {%- set letters = [] -%}
    {%- for letter in name -%}
        {%- do letters.append(
            "[" ~ letter | lower ~ letter | upper ~ "]" if letter | lower != letter | upper else letter
        ) -%}
    {%- endfor -%}
    {{ return(multiball.extract(url, "[?&]" ~ letters | join ~ "=([^&#]*)")) }}
{%- endmacro %}

{#-
  A text with its percent-escapes decoded once, in any script. What is not UTF-8 stays as it is written: escapes of another encoding
  (GBK), a character that is cut off at the end, control characters, and a percent sign that begins no escape. In a query, where
  `plus_is_space` is true, a plus sign is a space. Give a column, not a long expression: the SQL names it several times.
-#}
{% macro url_decoded(text, plus_is_space=false) -%}
    {%- set hex, next = "[0-9A-Fa-f]", "%[89ABab][0-9A-Fa-f]" -%}
    {%- set character = (
        ["%[Cc][2-9A-Fa-f]" ~ next, "%[Dd]" ~ hex ~ next]
        + [
            "%[Ee]0%[ABab]" ~ hex ~ next,
            "%[Ee][1-9A-Ca-cEeFf]" ~ next ~ next,
            "%[Ee][Dd]%[89]" ~ hex ~ next,
        ]
        + [
            "%[Ff]0%[9ABab]" ~ hex ~ next ~ next,
            "%[Ff][1-3]" ~ next ~ next ~ next,
            "%[Ff]4%8" ~ hex ~ next ~ next,
        ]
    ) | join("|") -%}
    {%- set cut_off = "(%[CDcd]" ~ hex ~ "|%[Ee]" ~ hex ~ "(?:" ~ next ~ ")?|%[Ff][0-4](?:" ~ next ~ "){0,2})$" -%}
    {%- set whole = multiball.replaced(text, cut_off, "") -%}
    {%- set unread = multiball.replaced(whole, character, " ") -%}
    {%- set foreign = multiball.matches(unread, "%[89A-Fa-f]" ~ hex) -%}
    {%- set kept = "%([01]" ~ hex ~ "|7[Ff])" -%}
    {%- set foreign_kept = multiball.replaced(text, "%([89A-Fa-f]" ~ hex ~ ")", "%25\\1") -%}
    {%- set safe = multiball.replaced(
        "case when " ~ foreign ~ " then " ~ foreign_kept ~ " else " ~ whole ~ " end", kept, "%25\\1"
    ) -%}
    {%- if plus_is_space -%} {%- set safe = "replace(" ~ safe ~ ", '+', ' ')" -%} {%- endif -%}
    case
        when {{ text }} is null or position('%' in {{ text }}) = 0
        then {{ "replace(" ~ text ~ ", '+', ' ')" if plus_is_space else text }}
        else
            coalesce({{ multiball.percent_decoded(safe) }}, '')
            || case when {{ foreign }} then '' else coalesce({{ multiball.extract(text, cut_off) }}, '') end
    end
{%- endmacro %}

{#- The decoded text, where all its escapes together are UTF-8. -#}
{% macro percent_decoded(text) -%} {{ return(adapter.dispatch("percent_decoded", "multiball")(text)) }} {%- endmacro %}
{% macro default__percent_decoded(text) -%} {{ return("url_decode(" ~ text ~ ")") }} {%- endmacro %}
{#- Spark reads a plus sign as a space, and stops at a percent sign that begins no escape. -#}
{% macro spark__percent_decoded(text) -%}
    {%- set plus_kept = "replace(" ~ text ~ ", '+', '%2B')" -%}
    {{ return("url_decode(" ~ multiball.replaced(plus_kept, "%(?![0-9A-Fa-f]{2})", "%25") ~ ")") }}
{%- endmacro %}
{% macro postgres__percent_decoded(text) -%}
    {%- set bytes = "decode(replace(found.part[1], '%', ''), 'hex')" -%}
    {{
        return(
            "(select string_agg(case when found.part[1] ~ '^%[0-9A-Fa-f]' then convert_from("
            ~ bytes
            ~ ", 'UTF8') else found.part[1] end, '' order by found.place) from regexp_matches("
            ~ text
            ~ ", '((?:%[0-9A-Fa-f]{2})+|[^%]+|%)', 'g') with ordinality as found(part, place))"
        )
    }}
{%- endmacro %}

{#-
  The host of a URL in lower case without 'www.', or null. An app that refers is its own host (android-app://com.example); a log that
  writes the host alone, without a scheme, is read as well.
-#}
{% macro url_host(url) -%}
    {%- set url = "lower(trim(" ~ url ~ "))" -%}
    {{
        return(
            "coalesce("
            ~ multiball.extract(url, "^(?:[a-z][a-z0-9+.-]*:)?//(?:[^/?#@]*@)?(?:www[.])?([^/?#:@]+)")
            ~ ", "
            ~ multiball.extract(url, "^(?:www[.])?((?:[a-z0-9_-]+[.])+[a-z][a-z0-9-]+)(?::[0-9]+)?(?:[/?#]|$)")
            ~ ")"
        )
    }}
{%- endmacro %}

{#- The path of a URL, not decoded, without query and fragment; '/' if there is only a host, null if there is neither. -#}
{% macro url_path(url) -%}
    {%- set host = "^[A-Za-z][A-Za-z0-9+.-]*://[^/?#]*" -%}
    {{
        return(
            "case when "
            ~ multiball.matches(url, host)
            ~ " then coalesce("
            ~ multiball.extract(url, host ~ "(/[^?#]*)")
            ~ ", '/') else "
            ~ multiball.extract(url, "^(/[^?#]*)")
            ~ " end"
        )
    }}
{%- endmacro %}
