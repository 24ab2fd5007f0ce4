with
    known_days as ({{ metric_days_known() }}),

    metrics as (
        select metric
        from known_days
        union
        select metric
        from {{ ref("int_metric_days_known") }}
    ),

    counted as (
        select
            known_days.metric,
            days.period,
            days.period_start,
            count(*) as days_known,
            case when count(distinct known_days.accounts) = 1 then max(known_days.accounts) end as accounts
        from known_days
        inner join {{ days_of_periods() }} as days on known_days.date_day = days.date_day
        group by known_days.metric, days.period, days.period_start
    )

select
    metrics.metric,
    periods.period,
    periods.period_start,
    periods.period_end,
    periods.days_total,
    periods.days_due,
    cast(coalesce(counted.days_known, 0) as bigint) as days_known,
    counted.accounts,
    periods.is_over and coalesce(counted.days_known, 0) = periods.days_total as is_whole
from metrics
cross join {{ ref("dim_period") }} as periods
left join
    counted
    on metrics.metric = counted.metric
    and periods.period = counted.period
    and periods.period_start = counted.period_start
