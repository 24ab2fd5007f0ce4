{#-
  What became of each proposal, and of what it was to move. A change is measured from the calendar month before the decision to the first
  whole one after it, where the sources of both are known on every day and are the same; a sum of the month before counts as if it had as many days as the one after. Different people are never added up over days, so such a metric has no number for a month.
-#}
{%- set yesterday = date_add(reporting_day(as_of()), -1) %}
{%- set before_days = "(" ~ dbt.datediff("actions.before_start", "actions.before_end", "day") ~ " + 1)" %}
{%- set after_days = "(" ~ dbt.datediff("actions.after_start", "actions.after_end", "day") ~ " + 1)" %}

with
    measured_days as (
        select
            metric,
            min(date_day) as first_day,
            max(date_day) as last_day,
            max(case when dimension = 'account' then 1 else 0 end) as has_accounts
        from {{ ref("metric_daily") }}
        where date_day <= {{ yesterday }}
        group by metric
    ),

    decided as (
        select
            *,
            decision in ('approved', 'changed') as is_done,
            {{ period_start("month", reporting_day("decided_at")) }} as decision_month
        from {{ ref("stg_multiball__actions") }}
    ),

    actions as (
        select
            decided.*,
            metrics.additivity,
            metrics.better,
            cast(metrics.multiplier as decimal(9, 0)) as multiplier,
            measured_days.first_day,
            measured_days.last_day,
            cast({{ dbt.dateadd("month", -1, "decided.decision_month") }} as date) as before_start,
            {{ date_add("decided.decision_month", -1) }} as before_end,
            cast({{ dbt.dateadd("month", 1, "decided.decision_month") }} as date) as after_start,
            {{ date_add("cast(" ~ dbt.dateadd("month", 2, "decided.decision_month") ~ " as date)", -1) }} as after_end,
            -- of several accounts each one's last value counts, though not all have it on the same day
            coalesce(
                metrics.additivity = 'last'
                and decided.dimension in ('total', 'platform')
                and measured_days.has_accounts = 1,
                false
            ) as is_by_account
        from decided
        left join {{ ref("dim_metric") }} as metrics on decided.metric = metrics.metric
        left join measured_days on decided.metric = measured_days.metric
    ),

    covered as (
        select
            actions.action_id,
            count(
                case
                    when known.date_day between actions.before_start and actions.before_end
                    then known.date_day
                    when known.date_day between actions.after_start and actions.after_end
                    then known.date_day
                end
            ) as days,
            count(
                distinct case
                    when known.date_day between actions.before_start and actions.before_end
                    then known.accounts
                    when known.date_day between actions.after_start and actions.after_end
                    then known.accounts
                end
            ) as kinds
        from actions
        inner join {{ ref("int_metric_days_known") }} as known on actions.metric = known.metric
        where known.is_known
        group by actions.action_id
    ),

    has_coverage as (select distinct metric from {{ ref("int_metric_days_known") }}),

    -- a metric without facts counts from its first number to its last
    comparable as (
        select
            actions.*,
            case
                when has_coverage.metric is not null
                then coalesce(covered.days = {{ before_days }} + {{ after_days }} and covered.kinds = 1, false)
                else coalesce(first_day <= before_start and last_day >= after_end, false)
            end as is_alike,
            has_coverage.metric is not null as has_coverage
        from actions
        left join has_coverage on actions.metric = has_coverage.metric
        left join covered on actions.action_id = covered.action_id
    ),

    spans as (
        select action_id, additivity, 'before' as side, before_start as starts_on, before_end as ends_on
        from comparable
        where is_alike and is_done
        union all
        select action_id, additivity, 'after' as side, after_start as starts_on, after_end as ends_on
        from comparable
        where is_alike and is_done
    ),

    members as (
        select action_id, metric, dimension, member
        from actions
        where not is_by_account
        union all
        select actions.action_id, actions.metric, 'account' as dimension, accounts.account_key as member
        from actions
        inner join
            {{ ref("dim_account") }} as accounts on actions.dimension = 'total' or actions.member = accounts.platform
        where actions.is_by_account
    ),

    observed as (
        select
            spans.action_id,
            spans.side,
            spans.additivity,
            daily.member,
            daily.value,
            daily.numerator,
            daily.denominator,
            row_number() over (
                partition by spans.action_id, spans.side, daily.member order by daily.date_day desc
            ) as days_before_last
        from spans
        inner join members on spans.action_id = members.action_id
        inner join
            {{ ref("metric_daily") }} as daily
            on members.metric = daily.metric
            and members.dimension = daily.dimension
            and members.member = daily.member
            and daily.date_day between spans.starts_on and spans.ends_on
        where spans.additivity in ('sum', 'ratio') or daily.value is not null
    ),

    months as (
        select
            action_id,
            side,
            count(distinct member) as members,
            cast(sum(case when additivity = 'sum' or days_before_last = 1 then value end) as decimal(18, 6)) as amount,
            cast(sum(numerator) as decimal(18, 6)) as numerator,
            cast(sum(denominator) as decimal(18, 6)) as denominator
        from observed
        group by action_id, side
    ),

    measured as (
        select
            actions.*,
            case
                actions.additivity
                when 'sum'
                then
                    -- a member that one of the months knows has done nothing in the other
                    case
                        when later.amount is not null or earlier.amount is not null
                        then
                            coalesce(later.amount, 0)
                            - {{ multiply_divide("coalesce(earlier.amount, 0)", after_days, before_days) }}
                    end
                when 'last'
                then case when later.members = earlier.members then later.amount - earlier.amount end
                when 'ratio'
                then
                    {{ ratio(wide("later.numerator") ~ " * actions.multiplier", "later.denominator") }}
                    - {{ ratio(wide("earlier.numerator") ~ " * actions.multiplier", "earlier.denominator") }}
            end as measured
        from comparable as actions
        left join months as earlier on actions.action_id = earlier.action_id and earlier.side = 'before'
        left join months as later on actions.action_id = later.action_id and later.side = 'after'
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
                when additivity = 'distinct'
                then 'counts_people'
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
    title_en,
    title_zh,
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
