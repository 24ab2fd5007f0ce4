with
    accounts as (
        select account_key, platform, min(date_day) as first_day, max(date_day) as last_day
        from {{ ref("fct_account_daily") }}
        group by account_key, platform
    ),

    calendar as (
        select distinct 'week' as period, week_start as date_start, {{ date_add("week_start", 6) }} as date_stop
        from {{ ref("dim_date") }}
        union all
        select distinct
            'month' as period, month_start as date_start, {{ dbt.last_day("date_day", "month") }} as date_stop
        from {{ ref("dim_date") }}
    ),

    fetched as (select * from {{ ref("int_account_periods_settled") }}),

    given as (select distinct account_key, period from fetched where reach is not null),

    -- every period that ended while the account reported, and every one that the platform gave
    periods as (
        select accounts.account_key, accounts.platform, calendar.period, calendar.date_start, calendar.date_stop
        from accounts
        inner join calendar on calendar.date_stop >= accounts.first_day and calendar.date_stop <= accounts.last_day
        union
        select account_key, platform, period, date_start, date_stop
        from fetched
    )

select
    periods.account_key,
    periods.period,
    periods.date_start,
    periods.date_stop,
    periods.platform,
    fetched.reach,
    fetched.impressions,
    {{ metric_ratio("frequency", "fetched") }} as frequency,
    case
        when fetched.reach is not null
        then null
        when given.account_key is null and others.account_key is not null
        then 'only_' || others.period
        else 'not_given'
    end as reason,
    coalesce(fetched.is_final, false) as is_final
from periods
left join
    fetched
    on periods.account_key = fetched.account_key
    and periods.period = fetched.period
    and periods.date_stop = fetched.date_stop
left join given on periods.account_key = given.account_key and periods.period = given.period
left join given as others on periods.account_key = others.account_key and periods.period <> others.period
