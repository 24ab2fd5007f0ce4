{#-
  Each month beside the month before, on the days of `metric_comparison_day`: the arithmetic of `metric_period` over days that both months know
  alike. Levels of several accounts compare where both months have the same accounts: one that is missing has lost no followers.
-#}
with
    daily as ({{ metric_days() }}),

    days as (select * from {{ ref("metric_comparison_day") }}),

    days_of_months as (
        select
            metric,
            month,
            sum(case when is_before then 0 else 1 end) as days_now,
            sum(case when is_before then 1 else 0 end) as days_before,
            max(case when is_whole then 1 else 0 end) = 1 as is_whole
        from days
        group by metric, month
    ),

    added as (
        select days.month, days.is_before, daily.metric, daily.dimension, daily.member, {{ added("daily") }}
        from daily
        inner join days on daily.metric = days.metric and daily.date_day = days.date_day
        where daily.over_days = 'sum'
        group by days.month, days.is_before, daily.metric, daily.dimension, daily.member
    ),

    levels as ({{ levels_over("daily", "days", ["month", "is_before"], of_metric=true) }}),

    cells as (
        select month, is_before, metric, dimension, member, value, numerator, denominator, null as account_keys
        from added
        union all
        select
            month,
            is_before,
            metric,
            dimension,
            member,
            value,
            null as numerator,
            null as denominator,
            case when dimension <> 'account' then account_keys end as account_keys
        from levels
    ),

    formed as (
        select cells.*, {{ metric_value("cells", "metrics") }} as formed_value
        from cells
        inner join {{ ref("dim_metric") }} as metrics on cells.metric = metrics.metric
    ),

    sides as (
        select
            month,
            metric,
            dimension,
            member,
            {%- for suffix, condition in [("", "not is_before"), ("_before", "is_before")] %}
                max(case when {{ condition }} then formed_value end) as value{{ suffix }},
                max(case when {{ condition }} then numerator end) as numerator{{ suffix }},
                max(case when {{ condition }} then denominator end) as denominator{{ suffix }},
            {%- endfor %}
            count(distinct account_keys) > 1 or count(account_keys) = 1 as is_of_other_accounts
        from formed
        group by month, metric, dimension, member
    ),

    months as (
        select metric, period_start as month, dimension, member
        from {{ ref("metric_period") }}
        where period = 'month'
        union
        select periods.metric, later.period_start as month, periods.dimension, periods.member
        from {{ ref("metric_period") }} as periods
        inner join
            {{ ref("dim_period") }} as later
            on later.period = 'month'
            and periods.period_start = cast({{ dbt.dateadd("month", -1, "later.period_start") }} as date)
        where periods.period = 'month'
    ),

    compared as (
        select
            months.metric,
            months.month,
            months.dimension,
            months.member,
            metrics.over_days,
            metrics.additivity,
            sides.value,
            sides.numerator,
            sides.denominator,
            case when not sides.is_of_other_accounts then sides.value_before end as value_before,
            sides.numerator_before,
            sides.denominator_before,
            coalesce(sides.is_of_other_accounts, false) as is_of_other_accounts,
            coalesce(days.days_now, 0) as days_now,
            coalesce(days.days_before, 0) as days_before,
            coalesce(days.is_whole, false) as is_whole
        from months
        inner join {{ ref("dim_metric") }} as metrics on months.metric = metrics.metric
        left join days_of_months as days on months.metric = days.metric and months.month = days.month
        left join
            sides
            on months.metric = sides.metric
            and months.month = sides.month
            and months.dimension = sides.dimension
            and months.member = sides.member
    )

select
    metric,
    month,
    dimension,
    member,
    cast(value as decimal(18, 6)) as value,
    cast(numerator as decimal(18, 6)) as numerator,
    cast(denominator as decimal(18, 6)) as denominator,
    cast(value_before as decimal(18, 6)) as value_before,
    cast(numerator_before as decimal(18, 6)) as numerator_before,
    cast(denominator_before as decimal(18, 6)) as denominator_before,
    cast(days_now as bigint) as days_now,
    cast(days_before as bigint) as days_before,
    is_whole,
    case
        when value is not null and value_before is not null
        then null
        when over_days = 'none'
        then 'not_additive'
        when days_now = 0
        then 'days_missing'
        when is_of_other_accounts
        then 'other_accounts'
        when
            additivity = 'ratio'
            and (
                (value is null and numerator is not null and coalesce(denominator, 0) = 0)
                or (value_before is null and numerator_before is not null and coalesce(denominator_before, 0) = 0)
            )
        then 'no_denominator'
        else 'no_data'
    end as unavailable_reason
from compared
