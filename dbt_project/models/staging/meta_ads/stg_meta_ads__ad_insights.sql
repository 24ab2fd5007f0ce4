with
    source as (select * from {{ source("meta_ads", "ad_insights") }} where not _deleted),
    renamed as (
        select
            date_start as date_day,
            'meta' as platform,
            'meta:' || account_id as account_key,
            account_id,
            {{ object_key("'meta'", "account_id", "campaign_id") }} as campaign_key,
            campaign_id,
            campaign_name,
            adset_id as ad_set_id,
            adset_name as ad_set_name,
            {{ object_key("'meta'", "account_id", "ad_id") }} as ad_key,
            ad_id,
            ad_name,
            {{ currency_code("account_currency") }} as currency,
            impressions,
            reach,
            clicks,
            inline_link_clicks as link_clicks,
            spend,
            _source,
            _account,
            _extracted_at
        from source
    )
select *
from renamed
