with
    reported as (
        {%- for entity, day in [
            ("account_day", "date_day"),
            ("account_period", "date_stop"),
            ("ad_day", "date_day"),
            ("content_day", "date_day"),
        ] %}
            select distinct _source, _account, _entity as entity, platform, {{ day }} as date_day
            from {{ ref(entity) }} {{ "union" if not loop.last }}
        {%- endfor %}
    ),

    -- a connector declares its platform's window; the seed has those of platforms that are only imported
    windows as (
        {%- for platform, days in var("restatement_days").items() %}
            select '{{ platform }}' as platform, cast({{ days }} as bigint) as restatement_days
            union all
        {%- endfor %}
        select platform, restatement_days
        from {{ ref("platform_window") }}
        where platform not in ({%- for platform in var("restatement_days") %}'{{ platform }}', {%- endfor %} '')
    ),

    held as (select distinct source_name, account_id, entity, report_date from {{ ref("stg_multiball__held_rows") }})

-- a platform whose window is not known is given the longest of those known
select distinct reported._source, reported._account, reported.entity, reported.platform, reported.date_day
from reported
left join windows on reported.platform = windows.platform
inner join
    {{ ref("stg_multiball__loads") }} as loads
    on reported._source = loads.source_name
    and reported._account = loads.account_id
    and reported.entity = loads.entity
    and cast(loads._extracted_at as date)
    >= {{ date_add("reported.date_day", "coalesce(windows.restatement_days, 90)") }}
    and (loads.is_of_file or reported.date_day between loads.window_start and loads.window_end)
left join
    held
    on reported._source = held.source_name
    and reported._account = held.account_id
    and reported.entity = held.entity
    and reported.date_day = held.report_date
-- what a load did not answer, it did not settle
where held.report_date is null
