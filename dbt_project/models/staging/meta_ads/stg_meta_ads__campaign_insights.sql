with
    source as (select * from {{ source("meta_ads", "campaign_insights") }} where not _deleted),
    renamed as (
        select
            date_start as date_day,
            'meta' as platform,
            'meta:' || account_id as account_key,
            account_id,
            {{ object_key("'meta'", "account_id", "campaign_id") }} as campaign_key,
            campaign_id,
            {{ currency_code("account_currency") }} as currency,
            impressions,
            reach,
            clicks,
            spend,
            _source,
            _account,
            _extracted_at
        from source
    )
select *
from renamed
