{#-
  A connector's loads say which days it was asked for: a day without rows is a day on which nothing happened. Of a file only its rows tell: it
  covers the days from its first row to its last. A day counts once it was over when it was extracted. A source that ends is missed to the
  end of the following month. Where another source brings the same account, the day is covered.
-#}
{%- set imported = [
    ("account_day", "stg_import__account_day", "date_day", "date_day"),
    ("ad_day", "stg_import__ad_days", "date_day", "date_day"),
    ("content", "stg_import__contents", reporting_day("published_at"), reporting_day("published_at")),
    ("content_day", "stg_import__content_days", "date_day", "date_day"),
    (
        "deal",
        "stg_import__deals",
        reporting_day("coalesce(closed_at, created_at)"),
        reporting_day("coalesce(closed_at, created_at)"),
    ),
    (
        "lead",
        "stg_import__leads",
        reporting_day("coalesce(created_at, qualified_at)"),
        reporting_day("greatest(created_at, qualified_at)"),
    ),
    ("order", "stg_import__order", reporting_day("ordered_at"), reporting_day("ordered_at")),
    ("page_event", "stg_import__page_events", reporting_day("occurred_at"), reporting_day("occurred_at")),
] %}
{%- set yesterday = date_add(reporting_day(as_of()), -1) %}

with
    days as ({{ days_between("1990-01-01", "2049-12-31") }}),

    loads as (
        select
            facts.fact,
            loads.source_name,
            loads.account_id,
            loads.connector,
            loads.entity,
            loads.window_start,
            loads.window_end,
            {{ date_add(reporting_day("loads._extracted_at"), -1) }} as last_day_over,
            sum(loads.rows_landed) over (
                partition by loads.source_name, loads.account_id, loads.connector, loads.entity
            ) as rows_ever_landed
        from {{ ref("stg_multiball__loads") }} as loads
        inner join
            {{ ref("fact_entity") }} as facts on loads.connector = facts.connector and loads.entity = facts.entity
    ),

    file_days as (
        {% for entity, model, first_day, last_day in imported %}
            select
                _source as source_name,
                _account as account_id,
                '{{ entity }}' as entity,
                min({{ first_day }}) as first_day,
                max({{ last_day }}) as last_day
            from {{ ref(model) }}
            group by _source, _account
            -- rows without a day, such as lifetime numbers of posts, cover none
            having min({{ first_day }}) is not null {{ "union all" if not loop.last }}
        {% endfor %}
    ),

    -- a file's window is told in UTC, its rows in the reporting time zone
    windows as (
        select fact, source_name, account_id, window_start as first_day, window_end as last_day, last_day_over
        from loads
        where connector <> 'import' and rows_ever_landed > 0
        union all
        select
            loads.fact,
            loads.source_name,
            loads.account_id,
            greatest({{ date_add("loads.window_start", -1) }}, file_days.first_day) as first_day,
            least({{ date_add("loads.window_end", 1) }}, file_days.last_day) as last_day,
            loads.last_day_over
        from loads
        inner join
            file_days
            on loads.source_name = file_days.source_name
            and loads.account_id = file_days.account_id
            and loads.entity = file_days.entity
        where loads.connector = 'import'
    ),

    covered as (
        select distinct windows.fact, windows.source_name, windows.account_id, calendar.date_day
        from windows
        inner join
            days as calendar
            on calendar.date_day between windows.first_day and windows.last_day
            and calendar.date_day <= windows.last_day_over
    ),

    sources as (
        select
            fact,
            source_name,
            account_id,
            min(date_day) as first_day,
            cast({{ dbt.dateadd("month", 2, period_start("month", "max(date_day)")) }} as date) as missed_before
        from covered
        group by fact, source_name, account_id
    ),

    accounts as (select distinct fact, account_id, date_day from covered)

select
    sources.fact,
    sources.source_name,
    sources.account_id,
    calendar.date_day,
    accounts.date_day is not null as is_covered
from sources
inner join
    days as calendar
    on calendar.date_day >= sources.first_day
    and calendar.date_day < sources.missed_before
    and calendar.date_day <= {{ yesterday }}
left join
    accounts
    on sources.fact = accounts.fact
    and sources.account_id = accounts.account_id
    and calendar.date_day = accounts.date_day
