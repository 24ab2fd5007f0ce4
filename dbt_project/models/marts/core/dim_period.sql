{#-
  The periods that metrics are given for, from the month of the first number of any metric up to yesterday. The month to date has as many days
  in each month as the present one has behind it, so that months compare. The 3 and 12 months up to a month's end are there once that month is
  over.
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
            cast({{ dbt.last_day("dates.date_day", "month") }} as date) as month_end
        from {{ ref("dim_date") }} as dates
        inner join first_day on dates.date_day >= {{ period_start("month", "first_day.day") }}
        where dates.date_day <= {{ yesterday }}
    ),

    months as (select distinct month_start, month_end from calendar),

    periods as (
        select 'day' as period, date_day as period_start, date_day as period_end
        from calendar
        union all
        select distinct 'week', week_start, {{ date_add("week_start", 6) }}
        from calendar
        union all
        select 'month', month_start, month_end
        from months
        union all
        select
            'month_to_date',
            month_start,
            least(month_end, {{ date_add("month_start", "extract(day from " ~ yesterday ~ ") - 1") }})
        from months
        union all
        select distinct
            'quarter',
            quarter_start,
            {{ date_add("cast(" ~ dbt.dateadd("month", 3, "quarter_start") ~ " as date)", -1) }}
        from calendar
        {%- for months_back in [3, 12] %}
            union all
            select
                'trailing_{{ months_back }}_months',
                cast({{ dbt.dateadd("month", 1 - months_back, "month_start") }} as date),
                month_end
            from months
            where month_end <= {{ yesterday }}
        {%- endfor %}
    )

select
    period,
    period_start,
    period_end,
    cast({{ dbt.datediff("period_start", "period_end", "day") }} + 1 as bigint) as days_total,
    cast({{ dbt.datediff("period_start", "least(period_end, " ~ yesterday ~ ")", "day") }} + 1 as bigint) as days_due,
    period_end <= {{ yesterday }} as is_over
from periods
