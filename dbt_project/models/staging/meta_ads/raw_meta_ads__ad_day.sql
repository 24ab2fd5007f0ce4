with source as (select * from {{ source("meta_ads", "ad_insights") }} where not _deleted)

select
    _source,
    _account,
    _extracted_at,
    'meta' as platform,
    account_id,
    ad_id,
    date_start as date_day,
    {{ currency_code("account_currency") }} as currency,
    spend,
    impressions,
    clicks
from source
