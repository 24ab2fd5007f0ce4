{#- The currency that amounts are reported in, as a literal. -#}
{% macro reporting_currency() -%} '{{ var("reporting_currency") }}' {%- endmacro %}

{#-
  `amount` in the reporting currency. `rates` is the alias of int_exchange_rates_filled, left-joined on currency and day.
  Null, never unconverted, where no rate is known.
-#}
{% macro in_reporting_currency(amount, currency, rates) -%}
    case
        when {{ currency }} = {{ reporting_currency() }}
        then cast({{ amount }} as decimal(18, 6))
        else {{ multiball.multiply_divide(amount, rates ~ ".reporting_rate", rates ~ ".rate") }}
    end
{%- endmacro %}
