with
    followed as (
        select date_day, currency, rate, lead(date_day) over (partition by currency order by date_day) as next_date
        from {{ ref("exchange_rate") }}
        where currency <> 'EUR' and rate > 0
    ),

    carried as (
        select
            {{ date_add("followed.date_day", "days.generated_number - 1") }} as date_day,
            followed.currency,
            followed.rate,
            followed.date_day as rate_date
        from followed
        cross join ({{ dbt.generate_series(8) }}) as days
        where
            followed.next_date is null
            or {{ date_add("followed.date_day", "days.generated_number - 1") }} < followed.next_date
    ),

    euro as (
        select distinct date_day, 'EUR' as currency, cast(1 as decimal(18, 6)) as rate, date_day as rate_date
        from carried
    ),

    known as (
        select date_day, currency, rate, rate_date
        from carried
        union all
        select date_day, currency, rate, rate_date
        from euro
    )

select
    known.date_day,
    known.currency,
    known.rate,
    reporting.rate as reporting_rate,
    known.rate_date < known.date_day or reporting.rate_date < reporting.date_day as is_carried
from known
inner join known as reporting on known.date_day = reporting.date_day and reporting.currency = {{ reporting_currency() }}
