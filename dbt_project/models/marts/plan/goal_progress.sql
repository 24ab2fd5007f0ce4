{#-
  The progress of each goal by day, compared with the plan. The plan of a sum grows evenly from 0 to the target, that of a level from the
  baseline to the target; the plan of a ratio is the target over the whole span. A metric that does not add up over days, such as different
  people, has a value only where a platform counted over exactly the goal's span. The last day is the one before `as_of`, whose day is not
  over. The pace of a sum compares the days on which all its sources are known with the plan for as many days.
-#}
{%- set yesterday = date_add(reporting_day(as_of()), -1) %}
{%- set tolerance = var("pace_tolerance_percent") %}
{%- set greatest = 1000000 %}  {#- a greater pace is meaningless and does not fit into its column -#}

with
    daily as ({{ metric_days() }}),

    measured_days as (select metric, max(date_day) as last_day from daily group by metric),

    known_days as (
        select metric, max(case when is_known then date_day end) as last_day
        from {{ ref("int_metric_days_known") }}
        where date_day <= {{ yesterday }}
        group by metric
    ),

    goals as (
        select
            planned.*,
            metrics.metric is not null as is_known_metric,
            metrics.additivity,
            metrics.over_days,
            metrics.format,
            metrics.unit,
            cast(metrics.multiplier as decimal(9, 0)) as multiplier,
            {{ dbt.datediff("planned.start_on", "planned.due_on", "day") }} + 1 as days_total,
            case
                when metrics.over_days = 'none'
                then {{ yesterday }}
                when known_days.metric is not null
                then known_days.last_day
                else measured_days.last_day
            end as last_day,
            known_days.metric is not null as has_coverage
        from {{ ref("stg_multiball__plan_goals") }} as planned
        left join {{ ref("dim_metric") }} as metrics on planned.metric = metrics.metric
        left join measured_days on planned.metric = measured_days.metric
        left join known_days on planned.metric = known_days.metric
    ),

    reached as (
        select goals.goal, periods.value
        from goals
        inner join
            {{ ref("metric_period") }} as periods
            on goals.metric = periods.metric
            and goals.dimension = periods.dimension
            and goals.member = periods.member
            and goals.start_on = periods.period_start
            and goals.due_on = periods.period_end
        where goals.over_days = 'none' and periods.period in ('day', 'week', 'month')
    ),

    days as (
        select
            goals.goal,
            goals.metric,
            goals.dimension,
            goals.member,
            goals.over_days,
            calendar.date_day,
            coalesce(known.is_known, not goals.has_coverage) as is_known
        from goals
        inner join
            {{ ref("dim_date") }} as calendar
            on calendar.date_day between goals.start_on and goals.due_on
            and calendar.date_day <= goals.last_day
        left join
            {{ ref("int_metric_days_known") }} as known
            on goals.metric = known.metric
            and calendar.date_day = known.date_day
    ),

    summed as (
        select
            days.goal,
            days.date_day,
            sum(case when days.is_known then 1 else 0 end) over so_far as days_known,
            {{ added("daily", "over so_far") }},
            {{ added("daily", "over so_far", "days.is_known", "_when_known") }}
        from days
        left join
            daily
            on days.metric = daily.metric
            and days.dimension = daily.dimension
            and days.member = daily.member
            and days.date_day = daily.date_day
            and daily.over_days = 'sum'
        window so_far as (partition by days.goal order by days.date_day)
    ),

    -- for a goal on a level, each day is the end of a span
    level_days as (
        select ends.goal, ends.metric, ends.date_day as last_day, days.date_day
        from days as ends
        inner join days on ends.goal = days.goal and ends.date_day >= days.date_day
        where ends.over_days = 'last'
    ),

    levels as ({{ levels_over("daily", "level_days", ["goal", "last_day"], of_metric=true) }}),

    measured as (
        select
            goals.*,
            coalesce(summed.date_day, goals.start_on) as date_day,
            summed.date_day is null as is_unmeasured,
            {{ dbt.datediff("goals.start_on", "summed.date_day", "day") }} + 1 as days_elapsed,
            summed.days_known,
            summed.value_when_known,
            case
                when goals.over_days = 'none'
                then case when summed.date_day = goals.due_on then cast(reached.value as decimal(18, 6)) end
                when goals.over_days = 'last'
                then cast(levels.value as decimal(18, 6))
                else cast({{ metric_value("summed", "goals") }} as decimal(18, 6))
            end as actual
        from goals
        left join summed on goals.goal = summed.goal
        left join
            levels
            on summed.goal = levels.goal
            and summed.date_day = levels.last_day
            and goals.dimension = levels.dimension
            and goals.member = levels.member
        left join reached on goals.goal = reached.goal
    ),

    expected as (
        select
            *,
            case
                when is_unmeasured or (over_days = 'none' and date_day < due_on)
                then null
                when additivity = 'sum'
                then {{ multiply_divide("target", "days_known", "days_total") }}
                when additivity = 'last'
                then baseline + {{ multiply_divide("(target - baseline)", "days_elapsed", "days_total") }}
                else target
            end as expected,
            case
                additivity
                when 'sum'
                then
                    case
                        when days_known > 0 then {{ multiply_divide("value_when_known", "days_total", "days_known") }}
                    end
                when 'last'
                then baseline + {{ multiply_divide("(actual - baseline)", "days_total", "days_elapsed") }}
                when 'ratio'
                then actual
            end as projected_end,
            case when additivity = 'sum' then value_when_known else actual end as paced,
            additivity = 'sum' and days_known < days_elapsed as has_gaps
        from measured
    ),

    paced as (
        select
            *,
            case
                when
                    additivity = 'last'
                    and abs(actual - baseline) <= {{ wide("abs(expected - baseline)") }} * {{ greatest }}
                then {{ ratio("(actual - baseline)", "(expected - baseline)") }}
                when
                    additivity = 'last'
                    or paced <= 0
                    or expected <= 0
                    or paced > {{ wide("expected") }} * {{ greatest }}
                    or expected > {{ wide("paced") }} * {{ greatest }}
                then null
                when direction = 'up'
                then {{ ratio("paced", "expected") }}
                else {{ ratio("expected", "paced") }}
            end as pace_ratio,
            case when direction = 'up' then actual >= target else actual <= target end as is_reached,
            case when direction = 'up' then paced >= expected else paced <= expected end as is_ahead,
            row_number() over (partition by goal order by date_day desc) = 1 as is_latest,
            case
                when not is_known_metric
                then 'unknown_metric'
                when start_on > {{ yesterday }}
                then 'not_begun'
                when over_days = 'none' and date_day < due_on
                then 'known_at_the_end'
                when actual is null
                then case when additivity = 'distinct' then 'not_fetched' else 'no_data' end
            end as absence
        from expected
    ),

    settled as (
        select
            *,
            -- a sum beyond its target counts as final
            absence is null
            and (
                (date_day = due_on and not has_gaps) or (additivity = 'sum' and is_reached = (direction = 'up'))
            ) as is_settled
        from paced
    ),

    assessed as (
        select
            *,
            case
                when absence is null and not is_settled and has_gaps and (date_day = due_on or days_known = 0)
                then 'days_missing'
                when absence is null and not is_settled and is_latest and due_on <= {{ yesterday }}
                then 'data_ends_early'
                else absence
            end as reason
        from settled
    )

select
    goal,
    date_day,
    metric,
    dimension,
    member,
    owner,
    direction,
    start_on,
    due_on,
    cast(baseline as decimal(18, 6)) as baseline,
    cast(target as decimal(18, 6)) as target,
    additivity,
    format,
    unit,
    cast(days_total as bigint) as days_total,
    cast(days_elapsed as bigint) as days_elapsed,
    cast(days_known as bigint) as days_known,
    cast(actual as decimal(18, 6)) as actual,
    cast(expected as decimal(18, 6)) as expected,
    cast(pace_ratio as decimal(18, 6)) as pace_ratio,
    cast(projected_end as decimal(18, 6)) as projected_end,
    case
        when reason is not null
        then 'cannot_tell'
        when is_settled
        then case when is_reached then 'met' else 'missed' end
        when pace_ratio is null
        then case when is_ahead then 'ahead' else 'behind' end
        when pace_ratio * 100 > {{ 100 + tolerance }}
        then 'ahead'
        when pace_ratio * 100 < {{ 100 - tolerance }}
        then 'behind'
        else 'on'
    end as status,
    reason,
    is_latest,
    text,
    objective,
    supports
from assessed
