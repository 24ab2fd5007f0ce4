{#-
  The result of each proposal, and of its metric. A change is measured from the calendar month before the decision to the first
  whole one after it, where the sources of both are known on every day and are the same; a sum of the month before counts as if it had as many
  days as the one after. What does not add up over days has no number for a month.
-#}
{%- set yesterday = date_add(reporting_day(as_of()), -1) %}

with
    months as (select * from {{ ref("metric_period") }} where period = 'month'),

    known as (select * from {{ ref("metric_period_coverage") }} where period = 'month'),

    decided as (
        select
            *,
            decision in ('approved', 'changed') as is_done,
            {{ period_start("month", reporting_day("decided_at")) }} as decision_month
        from {{ ref("stg_multiball__actions") }}
    ),

    dated as (
        select
            *,
            cast({{ dbt.dateadd("month", -1, "decision_month") }} as date) as before_start,
            cast({{ dbt.dateadd("month", 1, "decision_month") }} as date) as after_start,
            {{ date_add("cast(" ~ dbt.dateadd("month", 2, "decision_month") ~ " as date)", -1) }} as after_end
        from decided
    ),

    actions as (
        select
            dated.*,
            metrics.additivity,
            metrics.over_days,
            metrics.better,
            known_before.days_total as before_days,
            known_after.days_total as after_days,
            metrics.facts is not null and known_before.metric is not null as has_coverage,
            coalesce(
                known_before.is_whole and known_after.is_whole and known_before.accounts = known_after.accounts, false
            ) as is_alike
        from dated
        left join {{ ref("dim_metric") }} as metrics on dated.metric = metrics.metric
        left join
            known as known_before
            on dated.metric = known_before.metric
            and dated.before_start = known_before.period_start
        left join
            known as known_after on dated.metric = known_after.metric and dated.after_start = known_after.period_start
    ),

    measured as (
        select
            actions.*,
            case
                when not (actions.is_done and actions.is_alike)
                then null
                when actions.additivity = 'sum'
                then
                    -- a member that one of the months knows has done nothing in the other
                    case
                        when later.value is not null or earlier.value is not null
                        then
                            coalesce(later.value, 0)
                            - {{
                                multiply_divide(
                                    "coalesce(earlier.value, 0)", "actions.after_days", "actions.before_days"
                                )
                            }}
                    end
                when actions.additivity = 'ratio' or later.accounts = earlier.accounts
                then later.value - earlier.value
            end as measured
        from actions
        left join
            months as earlier
            on actions.metric = earlier.metric
            and actions.dimension = earlier.dimension
            and actions.member = earlier.member
            and actions.before_start = earlier.period_start
        left join
            months as later
            on actions.metric = later.metric
            and actions.dimension = later.dimension
            and actions.member = later.member
            and actions.after_start = later.period_start
    ),

    explained as (
        select
            *,
            is_done and after_end > {{ yesterday }} as is_too_early,
            case
                when not is_done
                then null
                when additivity is null
                then 'unknown_metric'
                when over_days = 'none'
                then 'not_additive'
                when after_end > {{ yesterday }}
                then null
                when has_coverage and not is_alike
                then 'days_missing'
                when measured is null
                then 'no_data'
                when decision = 'changed'
                then 'changed'
                when expected_low is null or expected_high is null
                then 'no_range'
                when better is null and not (measured between expected_low and expected_high)
                then 'no_direction'
            end as reason
        from measured
    )

select
    action_id,
    month,
    title,
    decision,
    note,
    decided_by,
    decided_at,
    owner,
    due_on,
    metric,
    dimension,
    member,
    cast(expected as decimal(18, 6)) as expected,
    cast(expected_low as decimal(18, 6)) as expected_low,
    cast(expected_high as decimal(18, 6)) as expected_high,
    cast(measured as decimal(18, 6)) as measured,
    case
        when not is_done
        then 'not_done'
        when reason is not null
        then 'cannot_tell'
        when is_too_early
        then 'too_early'
        when measured between expected_low and expected_high
        then 'as_expected'
        when (measured > expected_high) = (better = 'up')
        then 'better'
        else 'worse'
    end as verdict,
    reason
from explained
