{#-
  Which days a month and the month before are compared on. Both are compared as a whole where every day of both is known and of the same
  accounts; otherwise on the days of the month that are known and of the same accounts in both. Before a metric's first number nothing is
  known, unless that number is early enough in the month before: not everything happens daily.
-#}
{%- set fewest_days = 7 %}  {#- fewer days than a week say more of weekdays than of anything else -#}
{%- set grace_days = 6 %}

with
    first_numbers as (
        select daily.metric, min(daily.date_day) as first_day
        from {{ ref("metric_daily") }} as daily
        inner join {{ ref("dim_metric") }} as metrics on daily.metric = metrics.metric
        where metrics.over_days <> 'none' and (daily.value <> 0 or daily.numerator <> 0 or daily.denominator <> 0)
        group by daily.metric
    ),

    months as (
        select
            period_start as month,
            period_end as month_end,
            cast({{ dbt.dateadd("month", -1, "period_start") }} as date) as month_before
        from {{ ref("dim_period") }}
        where period = 'month'
    ),

    sides as (
        select month, month as month_start, false as is_before
        from months
        union all
        select month, month_before as month_start, true as is_before
        from months
    ),

    known as ({{ metric_days_known() }}),

    known_days as (
        select
            known.metric,
            sides.month,
            sides.is_before,
            known.date_day,
            extract(day from known.date_day) as day_of_month,
            known.accounts
        from known
        inner join sides on {{ period_start("month", "known.date_day") }} = sides.month_start
        inner join months on sides.month = months.month
        inner join first_numbers on known.metric = first_numbers.metric
        where
            first_numbers.first_day <= months.month_end
            and (
                first_numbers.first_day <= {{ date_add("months.month_before", grace_days) }}
                or known.date_day >= first_numbers.first_day
            )
    ),

    wholes as (
        select known_days.metric, known_days.month
        from known_days
        inner join months on known_days.month = months.month
        group by known_days.metric, known_days.month, months.month_before, months.month_end
        having
            count(*) = {{ dbt.datediff("months.month_before", "months.month_end", "day") }} + 1
            and count(distinct known_days.accounts) = 1
    ),

    alike as (
        select now.metric, now.month, now.day_of_month, count(*) over (partition by now.metric, now.month) as days
        from known_days as now
        inner join
            known_days as earlier
            on now.metric = earlier.metric
            and now.month = earlier.month
            and now.day_of_month = earlier.day_of_month
            and now.accounts = earlier.accounts
        where not now.is_before and earlier.is_before
    )

select
    known_days.metric,
    known_days.month,
    known_days.date_day,
    known_days.is_before,
    wholes.metric is not null as is_whole
from known_days
left join wholes on known_days.metric = wholes.metric and known_days.month = wholes.month
left join
    alike
    on known_days.metric = alike.metric
    and known_days.month = alike.month
    and known_days.day_of_month = alike.day_of_month
where wholes.metric is not null or alike.days >= {{ fewest_days }}
