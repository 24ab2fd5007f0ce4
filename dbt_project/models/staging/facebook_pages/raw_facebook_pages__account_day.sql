with source as (select * from {{ source("facebook_pages", "page_insights") }} where not _deleted)

select
    _source,
    _account,
    max(_extracted_at) as _extracted_at,
    'facebook' as platform,
    page_id as account_id,
    date_day,
    sum(case when metric = 'page_total_media_view_unique' and is_from_ads = '' then value end) as reach,
    sum(case when metric = 'page_impressions' and is_from_ads = '' then value end) as impressions,
    -- in parts only where the platform does not give the whole
    coalesce(
        sum(case when metric = 'page_media_view' and is_from_ads = '' then value end),
        sum(case when metric = 'page_media_view' and is_from_ads <> '' then value end)
    ) as views
from source
where period = 'day'
group by _source, _account, page_id, date_day
