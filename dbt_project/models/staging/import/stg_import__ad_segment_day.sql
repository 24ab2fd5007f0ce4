with
    source as ({{ newest_vintage(source("import", "ad_day"), ["date_day", "ad_id", "segment"] + account_keys()) }}),
    renamed as (
        select
            date_day,
            coalesce(lower(platform), 'unknown') as platform,
            coalesce(lower(platform), 'unknown') || ':' || coalesce(account_id, _account) as account_key,
            coalesce(account_id, _account) as account_id,
            account_name,
            {{
                object_key(
                    "coalesce(lower(platform), 'unknown')",
                    "coalesce(account_id, _account)",
                    "coalesce(campaign_id, campaign_name)",
                )
            }} as campaign_key,
            coalesce(campaign_id, campaign_name) as campaign_id,
            campaign_name,
            ad_set_id,
            ad_set_name,
            {{
                object_key(
                    "coalesce(lower(platform), 'unknown')",
                    "coalesce(account_id, _account)",
                    "ad_id",
                )
            }} as ad_key,
            ad_id,
            ad_name,
            segment,
            {{ currency_code("currency") }} as currency,
            spend,
            impressions,
            reach,
            clicks,
            conversions as platform_conversions,
            conversion_value as platform_conversion_value,
            _source,
            _account,
            _extracted_at
        from source
    )
select *
from renamed
