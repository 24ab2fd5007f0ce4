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
    )

select
    date_day,
    week_start,
    month_start,
    quarter_start,
    year_number,
    quarter_of_year,
    month_of_year,
    day_of_month,
    day_of_week,
    day_of_week >= 6 as is_weekend,
    week_start < {{ period_start("week", reporting_day(as_of())) }} as is_week_over,
    month_start < {{ period_start("month", reporting_day(as_of())) }} as is_month_over
from described
