with source as (select * from {{ source("meta_ads", "account_insights") }} where not _deleted)

select
    _source,
    _account,
    _extracted_at,
    'meta' as platform,
    account_id,
    date_start as date_day,
    reach,
    impressions,
    cast(null as bigint) as views
from source
