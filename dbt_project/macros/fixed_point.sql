{#-
  numerator * multiplier / denominator as decimal(18,6), rounded half away from zero; null where either is missing or the denominator is 0.

  Engines round divisions apart (DuckDB divides decimals in double), so the division is done on whole millionths. Both sides
  are exact numbers (never doubles) of at most 18 digits before and 6 after the point; the multiplier is a whole number, such as 1000 for CPM.
-#}
{% macro ratio(numerator, denominator, multiplier=1) -%}
    {{
        multiball.from_millionths(
            multiball.divide_rounded(
                multiball.millionths(numerator) ~ " * " ~ (1000000 * multiplier), multiball.millionths(denominator)
            )
        )
    }}
{%- endmacro %}

{#- amount * multiplier / divisor, by the same arithmetic and without an intermediate rounding. -#}
{% macro multiply_divide(amount, multiplier, divisor) -%}
    {{
        multiball.from_millionths(
            multiball.divide_rounded(
                multiball.millionths(amount) ~ " * " ~ multiball.millionths(multiplier), multiball.millionths(divisor)
            )
        )
    }}
{%- endmacro %}

{% macro divide_rounded(numerator, denominator) -%}
    case when ({{ numerator }} < 0) = ({{ denominator }} < 0) then 1 else -1 end
    * {{
        multiball.divide_whole(
            "(2 * abs(" ~ numerator ~ ") + abs(" ~ denominator ~ "))", "nullif(2 * abs(" ~ denominator ~ "), 0)"
        )
    }}
{%- endmacro %}

{% macro from_millionths(whole) -%}
    cast(cast({{ whole }} as decimal(24, 0)) * cast(0.000001 as decimal(6, 6)) as decimal(18, 6))
{%- endmacro %}

{#- A decimal that may be multiplied: DuckDB keeps the product of two decimals of up to 18 digits within 18 digits, and overflows. -#}
{% macro wide(number) -%} cast({{ number }} as decimal(38, 6)) {%- endmacro %}

{#- A number as a whole number of millionths. -#}
{% macro millionths(number) -%} {{ return(adapter.dispatch("millionths", "multiball")(number)) }} {%- endmacro %}

{% macro default__millionths(number) -%}
    cast(cast({{ number }} as decimal(24, 6)) * 1000000 as decimal(38, 0))
{%- endmacro %}

{% macro duckdb__millionths(number) -%}
    cast(cast({{ number }} as decimal(24, 6)) * cast(1000000 as decimal(7, 0)) as hugeint)
{%- endmacro %}

{#- The quotient of two whole numbers that are not negative, without its fraction. -#}
{% macro divide_whole(numerator, denominator) -%}
    {{ return(adapter.dispatch("divide_whole", "multiball")(numerator, denominator)) }}
{%- endmacro %}

{% macro default__divide_whole(numerator, denominator) -%} div({{ numerator }}, {{ denominator }}) {%- endmacro %}

{#- Spark's own division of whole numbers gives a bigint, which does not hold them. -#}
{% macro spark__divide_whole(numerator, denominator) -%}
    cast(({{ numerator }} - {{ numerator }} % {{ denominator }}) / {{ denominator }} as decimal(38, 0))
{%- endmacro %}

{% macro duckdb__divide_whole(numerator, denominator) -%} divide({{ numerator }}, {{ denominator }}) {%- endmacro %}
