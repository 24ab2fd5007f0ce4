with
    reported as (
        select distinct _source, _account, 'ad_insights' as entity, platform, date_day
        from {{ ref("stg_meta_ads__ad_insights") }}
        union all
        select distinct _source, _account, 'account_insights' as entity, platform, date_day
        from {{ ref("stg_meta_ads__account_insights") }}
        union all
        select distinct _source, _account, 'account_period_insights' as entity, platform, date_stop as date_day
        from {{ ref("stg_meta_ads__account_period_insights") }}
        union all
        select distinct _source, _account, 'page_insights' as entity, platform, date_day
        from {{ ref("stg_facebook_pages__page_insights") }}
        union all
        select distinct _source, _account, 'ad_day' as entity, platform, date_day
        from {{ ref("stg_import__ad_days") }}
        union all
        select distinct _source, _account, 'account_day' as entity, platform, date_day
        from {{ ref("stg_import__account_day") }}
        union all
        select distinct _source, _account, 'content_day' as entity, platform, date_day
        from {{ ref("stg_import__content_days") }}
    ),

    held as (select distinct source_name, account_id, entity, report_date from {{ ref("stg_multiball__held_rows") }})

-- a platform whose window is not known is given the longest of those known
select distinct reported._source, reported._account, reported.entity, reported.platform, reported.date_day
from reported
left join {{ ref("platform_window") }} as windows on reported.platform = windows.platform
inner join
    {{ ref("stg_multiball__loads") }} as loads
    on reported._source = loads.source_name
    and reported._account = loads.account_id
    and reported.entity = loads.entity
    and cast(loads._extracted_at as date)
    >= {{ date_add("reported.date_day", "coalesce(windows.restatement_days, 90)") }}
    and (loads.connector = 'import' or reported.date_day between loads.window_start and loads.window_end)
left join
    held
    on reported._source = held.source_name
    and reported._account = held.account_id
    and reported.entity = held.entity
    and reported.date_day = held.report_date
-- what a load did not answer, it did not settle
where held.report_date is null
