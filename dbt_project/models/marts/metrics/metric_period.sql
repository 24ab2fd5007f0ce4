{#-
  The catalogue over periods: how every metric of metric_daily stands over a day, a week, a month, a quarter, the month to date, and the 3 and
  12 months up to a month's end. How metrics add up is decided here: sums and the inputs of ratios add up over days; of a level each account's
  last value counts; what counts different people, or is set against them or against a level, has no number over several days but where a
  platform counted over exactly the period. A period that is not over holds what there is of it up to yesterday.
-#}
-- depends_on: {{ ref("reach_period") }}
{%- set yesterday = date_add(reporting_day(as_of()), -1) %}
{%- set metrics = metric_catalogue() %}
{%- set of_periods = [] %}
{%- for metric in metrics %}
    {%- for mart in metric.marts if metric.over_days == "none" and "period" in mart.columns %}
        {%- do of_periods.append({"name": metric.name, "mart": mart}) %}
    {%- endfor %}
{%- endfor %}

with
    daily as (
        select daily.*, metrics.over_days, case when daily.is_final then 1 when not daily.is_final then 0 end as final
        from {{ ref("metric_daily") }} as daily
        inner join {{ ref("dim_metric") }} as metrics on daily.metric = metrics.metric
        where daily.date_day <= {{ yesterday }}
    ),

    days as (select * from {{ days_of_periods() }} as those where period <> 'day'),

    long_periods as (
        select distinct period, period_start, month_start
        from days
        where period not in ('week', 'month', 'month_to_date')
    ),

    added as (
        select
            days.period,
            days.period_start,
            daily.metric,
            daily.dimension,
            daily.member,
            cast(sum(case when daily.additivity = 'sum' then daily.value end) as decimal(38, 6)) as value,
            cast(sum(daily.numerator) as decimal(38, 6)) as numerator,
            cast(sum(daily.denominator) as decimal(38, 6)) as denominator,
            min(daily.final) as final
        from daily
        inner join days on daily.date_day = days.date_day
        where daily.over_days = 'sum' and days.period in ('week', 'month', 'month_to_date')
        group by days.period, days.period_start, daily.metric, daily.dimension, daily.member
    ),

    -- months are added up, not their days, for what is made of months
    added_months as (
        select
            long_periods.period,
            long_periods.period_start,
            added.metric,
            added.dimension,
            added.member,
            cast(sum(added.value) as decimal(38, 6)) as value,
            cast(sum(added.numerator) as decimal(38, 6)) as numerator,
            cast(sum(added.denominator) as decimal(38, 6)) as denominator,
            min(added.final) as final
        from added
        inner join long_periods on added.period_start = long_periods.month_start
        where added.period = 'month'
        group by long_periods.period, long_periods.period_start, added.metric, added.dimension, added.member
    ),

    -- of several accounts each one's last value counts, though not all have it on the same day
    by_account as (select distinct metric from daily where over_days = 'last' and dimension = 'account'),

    ranked as (
        select
            days.period,
            days.period_start,
            daily.metric,
            daily.dimension,
            daily.member,
            daily.value,
            daily.final,
            by_account.metric is not null as is_by_account,
            row_number() over (
                partition by days.period, days.period_start, daily.metric, daily.dimension, daily.member
                order by daily.date_day desc
            ) as place
        from daily
        inner join days on daily.date_day = days.date_day
        left join by_account on daily.metric = by_account.metric
        where
            daily.over_days = 'last'
            and daily.value is not null
            and (by_account.metric is null or daily.dimension = 'account')
    ),

    levels as (select * from ranked where place = 1),

    stood as (
        select period, period_start, metric, dimension, member, value, final, 1 as accounts
        from levels
        union all
        select
            levels.period,
            levels.period_start,
            levels.metric,
            'platform' as dimension,
            accounts.platform as member,
            sum(levels.value) as value,
            min(levels.final) as final,
            count(*) as accounts
        from levels
        inner join {{ ref("dim_account") }} as accounts on levels.member = accounts.account_key
        where levels.is_by_account
        group by levels.period, levels.period_start, levels.metric, accounts.platform
        union all
        select
            period,
            period_start,
            metric,
            'total' as dimension,
            'all' as member,
            sum(value) as value,
            min(final) as final,
            count(*) as accounts
        from levels
        where is_by_account
        group by period, period_start, metric
    ),

    counted_by_platforms as (
        {%- for metric in of_periods %}
            select
                period,
                date_start as period_start,
                '{{ metric.name }}' as metric,
                'account' as dimension,
                account_key as member,
                cast({{ metric.mart.column }} as decimal(38, 6)) as value,
                {{ "case when is_final then 1 else 0 end" if "is_final" in metric.mart.columns else "null" }} as final
            from {{ ref(metric.mart.name) }} {{ "union all" if not loop.last }}
        {%- else %}
            select
                {{ text_literal(none) }} as period,
                cast(null as date) as period_start,
                {{ text_literal(none) }} as metric,
                {{ text_literal(none) }} as dimension,
                {{ text_literal(none) }} as member,
                cast(null as decimal(38, 6)) as value,
                cast(null as bigint) as final
            where 1 = 0
        {%- endfor %}
    ),

    counted as (
        select period, period_start, metric, dimension, member, max(value) as value, max(final) as final
        from
            (
                select period, period_start, metric, dimension, member, value, final
                from counted_by_platforms
                union all
                select days.period, days.period_start, daily.metric, daily.dimension, daily.member, null, null
                from daily
                inner join days on daily.date_day = days.date_day
                where daily.over_days = 'none'
            ) as both_kinds
        group by period, period_start, metric, dimension, member
    ),

    cells as (
        select
            metric,
            'day' as period,
            date_day as period_start,
            dimension,
            member,
            cast(value as decimal(38, 6)) as value,
            cast(numerator as decimal(38, 6)) as numerator,
            cast(denominator as decimal(38, 6)) as denominator,
            case when additivity = 'last' and dimension = 'account' then 1 end as accounts,
            final
        from daily
        union all
        select metric, period, period_start, dimension, member, value, numerator, denominator, null as accounts, final
        from added
        union all
        select metric, period, period_start, dimension, member, value, numerator, denominator, null as accounts, final
        from added_months
        union all
        select
            metric,
            period,
            period_start,
            dimension,
            member,
            value,
            null as numerator,
            null as denominator,
            accounts,
            final
        from stood
        union all
        select
            metric,
            period,
            period_start,
            dimension,
            member,
            value,
            null as numerator,
            null as denominator,
            null as accounts,
            final
        from counted
    ),

    formed as (
        select
            cells.metric,
            cells.period,
            cells.period_start,
            periods.period_end,
            cells.dimension,
            cells.member,
            metrics.additivity,
            metrics.over_days,
            case
                when metrics.additivity = 'ratio' and metrics.over_days = 'sum' and cells.period <> 'day'
                then {{ ratio("cells.numerator * cast(metrics.multiplier as decimal(9, 0))", "cells.denominator") }}
                else cells.value
            end as value,
            cells.numerator,
            cells.denominator,
            cells.accounts,
            periods.days_total,
            periods.days_due,
            known.days_known,
            coalesce(known.is_whole, periods.is_over) as is_whole,
            case when cells.final is not null then cells.final = 1 and periods.is_over end as is_final
        from cells
        inner join {{ ref("dim_metric") }} as metrics on cells.metric = metrics.metric
        inner join
            {{ ref("dim_period") }} as periods
            on cells.period = periods.period
            and cells.period_start = periods.period_start
        left join
            {{ ref("metric_period_coverage") }} as known
            on cells.metric = known.metric
            and cells.period = known.period
            and cells.period_start = known.period_start
    )

select
    metric,
    period,
    period_start,
    period_end,
    dimension,
    member,
    additivity,
    cast(value as decimal(18, 6)) as value,
    cast(numerator as decimal(18, 6)) as numerator,
    cast(denominator as decimal(18, 6)) as denominator,
    cast(accounts as bigint) as accounts,
    cast(days_total as bigint) as days_total,
    cast(days_due as bigint) as days_due,
    cast(days_known as bigint) as days_known,
    is_whole,
    is_final,
    case
        when value is not null
        then null
        when over_days = 'none' and period <> 'day'
        then 'not_additive'
        when additivity = 'ratio' and numerator is not null and coalesce(denominator, 0) = 0
        then 'no_denominator'
        else 'no_data'
    end as unavailable_reason
from formed
