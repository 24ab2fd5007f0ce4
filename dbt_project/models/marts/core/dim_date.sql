{%- set facts = ["account", "ad", "lead", "order"] %}

with
    days as ({{ days_between("1990-01-01", "2049-12-31") }}),

    described as (
        select
            date_day,
            {{ period_start("week", "date_day") }} as week_start,
            {{ period_start("month", "date_day") }} as month_start,
            {{ period_start("quarter", "date_day") }} as quarter_start,
            cast(extract(year from date_day) as bigint) as year_number,
            cast(extract(quarter from date_day) as bigint) as quarter_of_year,
            cast(extract(month from date_day) as bigint) as month_of_year,
            cast(extract(day from date_day) as bigint) as day_of_month,
            {{ weekday("date_day") }} as day_of_week
        from days
    ),

    whole_months as (
        select
            fact,
            {{ period_start("month", "date_day") }} as month_start,
            cast(count(case when is_known then 1 end) as bigint) as days_known
        from {{ ref("int_fact_days_known") }}
        group by 1, 2
    ),

    months as (
        select
            described.month_start
            {%- for fact in facts %}
                ,
                max(case when whole_months.fact = '{{ fact }}' then whole_months.days_known else 0 end)
                = max(described.day_of_month) as is_{{ fact }}_month_whole
            {%- endfor %}
        from described
        left join whole_months on described.month_start = whole_months.month_start
        group by described.month_start
    )

select
    described.date_day,
    described.week_start,
    described.month_start,
    described.quarter_start,
    described.year_number,
    described.quarter_of_year,
    described.month_of_year,
    described.day_of_month,
    described.day_of_week,
    described.day_of_week >= 6 as is_weekend,
    described.week_start < {{ period_start("week", reporting_day(as_of())) }} as is_week_over,
    described.month_start < {{ period_start("month", reporting_day(as_of())) }} as is_month_over,
    {%- for fact in facts %} months.is_{{ fact }}_month_whole{{ "," if not loop.last }} {%- endfor %}
from described
left join months on described.month_start = months.month_start
