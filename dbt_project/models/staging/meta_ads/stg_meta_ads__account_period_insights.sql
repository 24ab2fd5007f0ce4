with
    source as (select * from {{ source("meta_ads", "account_period_insights") }} where not _deleted),
    renamed as (
        select
            period,
            date_start,
            date_stop,
            'meta' as platform,
            'meta:' || account_id as account_key,
            account_id,
            impressions,
            reach,
            spend,
            _source,
            _account,
            _extracted_at
        from source
    )
select *
from renamed
