{#-
  The catalogue over periods: how every metric of metric_daily stands over a day, a week, a month, a quarter, the month to date, and the 3 and
  12 months up to a month's end. How metrics add up is decided by the macros of metric_arithmetic.sql: sums and the inputs of ratios add up over
  days; of a level each account's last value counts. What counts different people, or is set against them or against a level, has no number over several days but where a
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
    daily as ({{ metric_days() }}),

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
            daily.additivity,
            {{ added("daily") }},
            min(daily.final) as final
        from daily
        inner join days on daily.date_day = days.date_day
        where daily.over_days = 'sum' and days.period in ('week', 'month', 'month_to_date')
        group by days.period, days.period_start, daily.metric, daily.dimension, daily.member, daily.additivity
    ),

    -- months are added up, not their days, for what is made of months
    added_months as (
        select
            long_periods.period,
            long_periods.period_start,
            added.metric,
            added.dimension,
            added.member,
            {{ added("added") }},
            min(added.final) as final
        from added
        inner join long_periods on added.period_start = long_periods.month_start
        where added.period = 'month'
        group by long_periods.period, long_periods.period_start, added.metric, added.dimension, added.member
    ),

    stood as ({{ levels_over("daily", "days", ["period", "period_start"]) }}),

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
            case when cells.period = 'day' then cells.value else {{ metric_value("cells", "metrics") }} end as value,
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
