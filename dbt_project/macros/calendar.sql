{#- A query with one row per day (`date_day`) from `first_day` to `last_day`, both included, both texts such as 2025-01-31. -#}
{% macro days_between(first_day, last_day) %}
    {%- set days = (
        modules.datetime.date.fromisoformat(last_day) - modules.datetime.date.fromisoformat(first_day)
    ).days + 1 -%}
    select {{ date_add("cast('" ~ first_day ~ "' as date)", "generated_number - 1") }} as date_day
    from ({{ dbt.generate_series(days) }}) as numbers
{% endmacro %}

{#- A date moved by a number of days; the result is a date. -#}
{% macro date_add(day, days) -%} {{ return(adapter.dispatch("date_add", "multiball")(day, days)) }} {%- endmacro %}

{% macro default__date_add(day, days) -%} cast({{ day }} + cast({{ days }} as integer) as date) {%- endmacro %}

{#- The Monday of the ISO week, or the first of the month, that contains a date. -#}
{% macro period_start(period, day) -%} cast({{ dbt.date_trunc(period, day) }} as date) {%- endmacro %}

{#- The wall-clock time that a UTC timestamp without zone had in an IANA time zone. `zone` is an SQL expression. -#}
{% macro local_timestamp(moment, zone) -%}
    {{ return(adapter.dispatch("local_timestamp", "multiball")(moment, zone)) }}
{%- endmacro %}

{% macro default__local_timestamp(moment, zone) -%}
    ((({{ moment }}) at time zone 'UTC') at time zone {{ zone }})
{%- endmacro %}

{% macro spark__local_timestamp(moment, zone) -%} convert_timezone('UTC', {{ zone }}, {{ moment }}) {%- endmacro %}

{% macro local_date(moment, zone) -%} cast({{ multiball.local_timestamp(moment, zone) }} as date) {%- endmacro %}

{#-
  The local day that a lifetime counter's growth belongs to when it is read at `moment`: a reading before noon closes the day
  before, so that a daily reading at any hour is counted on the day that most of the growth fell on.
-#}
{% macro counted_day(moment, zone) -%}
    {{ multiball.local_date(dbt.dateadd("hour", -12, moment), zone) }}
{%- endmacro %}

{#- The ISO weekday of a date or timestamp: Monday 1 to Sunday 7. -#}
{% macro weekday(day) -%}
    (cast({{ dbt.datediff(multiball.period_start("week", day), "cast(" ~ day ~ " as date)", "day") }} as bigint) + 1)
{%- endmacro %}

{#- The days of each period of `dim_period` that are over, as a subquery. Days are joined by equality, which stays quick on every engine. -#}
{% macro days_of_periods() -%}
    (
        select periods.period, periods.period_start, dates.date_day, dates.month_start
        from {{ ref("dim_period") }} as periods
        inner join
            {{ ref("dim_date") }} as dates
            on dates.date_day
            between periods.period_start and {{ date_add("periods.period_start", "periods.days_due - 1") }}
    )
{%- endmacro %}
