{#- The rows of `metric_daily` up to yesterday, with how their metrics come to a number over several days. -#}
{% macro metric_days() %}
    select
        daily.date_day,
        daily.metric,
        daily.dimension,
        daily.member,
        daily.numerator,
        daily.denominator,
        daily.value,
        metrics.additivity,
        metrics.over_days,
        case when daily.is_final then 1 when not daily.is_final then 0 end as final
    from {{ ref("metric_daily") }} as daily
    inner join {{ ref("dim_metric") }} as metrics on daily.metric = metrics.metric
    where daily.date_day <= {{ date_add(reporting_day(as_of()), -1) }}
{% endmacro %}

{#-
  What adds up, over a group of rows or over a window of them: sums, and the inputs of ratios. `condition` leaves out rows, and `suffix` ends the names.
-#}
{% macro added(rows, over="", condition="true", suffix="") %}
    cast(
        sum(case when {{ rows }}.additivity = 'sum' and {{ condition }} then {{ rows }}.value end)
        {{ over }} as decimal(38, 6)
    ) as value{{ suffix }},
    cast(
        sum(case when {{ condition }} then {{ rows }}.numerator end) {{ over }} as decimal(38, 6)
    ) as numerator{{ suffix }},
    cast(
        sum(case when {{ condition }} then {{ rows }}.denominator end) {{ over }} as decimal(38, 6)
    ) as denominator{{ suffix }}
{% endmacro %}

{#-
  Levels over spans of days: the last value of each account within the span, and their sums by platform and over everything, though not all
  accounts have a value on the same day. `daily` has the rows of `metric_days`; `days` has a row per day of a span, which the columns `span`
  name. Beside each level how many `accounts` it is of, and which: levels compare where these are the same.
-#}
{% macro levels_over(daily, days, span, of_metric=false) %}
    with
        by_account as (select distinct metric from {{ daily }} where over_days = 'last' and dimension = 'account'),

        ranked as (
            select
                {% for column in span %} days.{{ column }}, {% endfor %}
                daily.metric,
                daily.dimension,
                daily.member,
                daily.value,
                daily.final,
                by_account.metric is not null as is_by_account,
                row_number() over (
                    partition by
                        {% for column in span %} days.{{ column }}, {% endfor %} daily.metric,
                        daily.dimension,
                        daily.member
                    order by daily.date_day desc
                ) as place
            from {{ daily }} as daily
            inner join
                {{ days }} as days on daily.date_day = days.date_day {{ "and daily.metric = days.metric" if of_metric }}
            left join by_account on daily.metric = by_account.metric
            where
                daily.over_days = 'last'
                and daily.value is not null
                and (by_account.metric is null or daily.dimension = 'account')
        ),

        levels as (select * from ranked where place = 1)

    select
        {% for column in span %} {{ column }}, {% endfor %}
        metric,
        dimension,
        member,
        value,
        final,
        1 as accounts,
        member as account_keys
    from levels
    {% for dimension, member in [("platform", "accounts.platform"), ("total", "'all'")] %}
        union all
        select
            {% for column in span %} levels.{{ column }}, {% endfor %}
            levels.metric,
            '{{ dimension }}' as dimension,
            {{ member }} as member,
            sum(levels.value) as value,
            min(levels.final) as final,
            count(*) as accounts,
            {{ dbt.listagg("levels.member", "', '", "order by levels.member") }} as account_keys
        from levels
        {% if dimension == "platform" %}
            inner join {{ ref("dim_account") }} as accounts on levels.member = accounts.account_key
        {% endif %}
        where levels.is_by_account
        group by
            {% for column in span %} levels.{{ column }}, {% endfor %}
            levels.metric {{ ", accounts.platform" if dimension == "platform" }}
    {% endfor %}
{% endmacro %}

{#- The value of a cell of several days: a ratio is one of sums. `metrics` has the columns of `dim_metric`. -#}
{% macro metric_value(cells, metrics) %}
    case
        when {{ metrics }}.additivity = 'ratio' and {{ metrics }}.over_days = 'sum'
        then
            {{
                multiball.ratio(
                    cells ~ ".numerator * cast(" ~ metrics ~ ".multiplier as decimal(9, 0))", cells ~ ".denominator"
                )
            }}
        else {{ cells }}.value
    end
{% endmacro %}

{#- The days up to yesterday on which metrics are known, and of which accounts. One without facts is known from its first number to its last. -#}
{% macro metric_days_known() %}
    {%- set yesterday = date_add(reporting_day(as_of()), -1) %}
    with
        has_facts as (select distinct metric from {{ ref("int_metric_days_known") }}),

        spans as (
            select daily.metric, min(daily.date_day) as first_day, max(daily.date_day) as last_day
            from {{ ref("metric_daily") }} as daily
            left join has_facts on daily.metric = has_facts.metric
            where has_facts.metric is null and daily.date_day <= {{ yesterday }}
            group by daily.metric
        )

    select metric, date_day, accounts
    from {{ ref("int_metric_days_known") }}
    where is_known and date_day <= {{ yesterday }}
    union all
    select spans.metric, calendar.date_day, '' as accounts
    from spans
    inner join {{ ref("dim_date") }} as calendar on calendar.date_day between spans.first_day and spans.last_day
{% endmacro %}
