{#-
  The canonical rows show which entity of a source has a fact. A connector's loads define its covered days: a day without rows is a day on which
  nothing happened. A file has only its rows: it covers the days from its first row to its last. A day counts once it was over when it was extracted. A source that ends is missed to the
  end of the following month. If another source has the same account, the day is covered.
-#}
{#- canonical rows, their fact, the first and the last day of a row -#}
{%- set published = reporting_day("published_at") %}
{%- set closed = reporting_day("coalesce(closed_at, created_at)") %}
{%- set organic = "(select * from " ~ ref("account_day") ~ " where account_type = 'organic') as organic" %}
{%- set bringing = [
    (organic, "account", "date_day", "date_day"),
    (ref("ad_day"), "ad", "date_day", "date_day"),
    (ref("contact"), "lead", reporting_day("created_at"), reporting_day("created_at")),
    (
        ref("lead"),
        "lead",
        reporting_day("coalesce(created_at, qualified_at)"),
        reporting_day("greatest(created_at, qualified_at)"),
    ),
    (ref("deal"), "deal", closed, closed),
    (ref("order"), "order", reporting_day("ordered_at"), reporting_day("ordered_at")),
    (ref("int_events_sessionized"), "session", reporting_day("occurred_at"), reporting_day("occurred_at")),
    (ref("content"), "content", published, published),
    (ref("content_day"), "content", "date_day", "date_day"),
] %}
{%- set yesterday = date_add(reporting_day(as_of()), -1) %}

with
    days as ({{ days_between("1990-01-01", "2049-12-31") }}),

    reported as (
        {%- for relation, fact, first_day, last_day in bringing %}
            select
                '{{ fact }}' as fact,
                _source as source_name,
                _account as account_id,
                _entity as entity,
                min({{ first_day }}) as first_day,
                max({{ last_day }}) as last_day
            from {{ relation }}
            group by _source, _account, _entity {{ "union all" if not loop.last }}
        {%- endfor %}
    ),

    -- content counts for its account if the source has no days of accounts
    entities as (
        select distinct case when fact = 'content' then 'account' else fact end as fact, source_name, entity
        from reported
        where
            fact <> 'content'
            or source_name not in (select days.source_name from reported as days where days.fact = 'account')
    ),

    loads as (
        select
            entities.fact,
            loads.source_name,
            loads.account_id,
            loads.is_of_file,
            loads.entity,
            loads.window_start,
            loads.window_end,
            {{ date_add(reporting_day("loads._extracted_at"), -1) }} as last_day_over,
            sum(loads.rows_landed) over (
                partition by loads.source_name, loads.account_id, loads.entity, entities.fact
            ) as rows_ever_landed
        from {{ ref("stg_multiball__loads") }} as loads
        inner join entities on loads.source_name = entities.source_name and loads.entity = entities.entity
    ),

    -- rows without a day, such as lifetime numbers of posts, cover none
    file_days as (
        select source_name, account_id, entity, min(first_day) as first_day, max(last_day) as last_day
        from reported
        where first_day is not null
        group by source_name, account_id, entity
    ),

    -- a file's window is in UTC, its rows are in the reporting time zone
    windows as (
        select fact, source_name, account_id, window_start as first_day, window_end as last_day, last_day_over
        from loads
        where not is_of_file and rows_ever_landed > 0
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
        where loads.is_of_file
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
