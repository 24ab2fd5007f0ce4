{#- A currency's code however it is written: "eur" and " EUR " are EUR. Null where nothing is written. -#}
{% macro currency_code(text) -%}
    {%- set blanks = " \t\n\r\u00a0\u3000" -%} nullif(upper(trim(both '{{ blanks }}' from {{ text }})), '')
{%- endmacro %}

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

{#- Half of a currency's smallest coin: how far an amount that was rounded to coins may be from what it was. -#}
{% macro half_a_coin(currency) -%}
    case
        when
            {{ currency }} in (
                'BIF',
                'CLP',
                'COP',
                'CRC',
                'DJF',
                'GNF',
                'HUF',
                'IDR',
                'ISK',
                'JPY',
                'KMF',
                'KRW',
                'PYG',
                'RWF',
                'TWD',
                'UGX',
                'VND',
                'VUV',
                'XAF',
                'XOF',
                'XPF'
            )
        then 0.5
        else 0.005
    end
{%- endmacro %}
