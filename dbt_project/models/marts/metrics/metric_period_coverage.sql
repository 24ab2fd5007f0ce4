{#- A metric without facts counts as known from its first number to its last. -#}
{%- set yesterday = date_add(reporting_day(as_of()), -1) %}

with
    has_coverage as (select distinct metric from {{ ref("int_metric_days_known") }}),

    spans as (
        select daily.metric, min(daily.date_day) as first_day, max(daily.date_day) as last_day
        from {{ ref("metric_daily") }} as daily
        left join has_coverage on daily.metric = has_coverage.metric
        where has_coverage.metric is null and daily.date_day <= {{ yesterday }}
        group by daily.metric
    ),

    known_days as (
        select metric, date_day, accounts
        from {{ ref("int_metric_days_known") }}
        where is_known and date_day <= {{ yesterday }}
        union all
        select spans.metric, calendar.date_day, '' as accounts
        from spans
        inner join {{ ref("dim_date") }} as calendar on calendar.date_day between spans.first_day and spans.last_day
    ),

    metrics as (
        select metric
        from has_coverage
        union
        select metric
        from spans
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
