{#-
  The days that each period is made of. The month to date has as many days in each month as the present one has behind it, so that months
  compare. The 3 and 12 months up to a month's end are there once that month is over.
-#}
{%- set yesterday = date_add(reporting_day(as_of()), -1) %}

with
    first_day as (select min(date_day) as day from {{ ref("metric_daily") }}),

    calendar as (
        select
            dates.date_day,
            dates.week_start,
            dates.month_start,
            dates.quarter_start,
            dates.day_of_month,
            cast({{ dbt.last_day("dates.date_day", "month") }} as date) as month_end
        from {{ ref("dim_date") }} as dates
        inner join first_day on dates.date_day >= {{ period_start("month", "first_day.day") }}
        where dates.date_day <= {{ yesterday }}
    ),

    months as (select distinct month_start, month_end from calendar)

select 'day' as period, date_day as period_start, date_day as period_end, date_day, month_start
from calendar
union all
select 'week', week_start, {{ date_add("week_start", 6) }}, date_day, month_start
from calendar
union all
select 'month', month_start, month_end, date_day, month_start
from calendar
union all
select
    'month_to_date',
    month_start,
    least(month_end, {{ date_add("month_start", "extract(day from " ~ yesterday ~ ") - 1") }}),
    date_day,
    month_start
from calendar
where day_of_month <= extract(day from {{ yesterday }})
union all
select
    'quarter',
    quarter_start,
    {{ date_add("cast(" ~ dbt.dateadd("month", 3, "quarter_start") ~ " as date)", -1) }},
    date_day,
    month_start
from calendar
{%- for months_back in [3, 12] %}
        {%- set first_month = "cast(" ~ dbt.dateadd("month", 1 - months_back, "months.month_start") ~ " as date)" %}
    union all
    select
        'trailing_{{ months_back }}_months',
        {{ first_month }},
        months.month_end,
        calendar.date_day,
        calendar.month_start
    from months
    inner join calendar on calendar.date_day between {{ first_month }} and months.month_end
    where months.month_end <= {{ yesterday }}
{%- endfor %}
