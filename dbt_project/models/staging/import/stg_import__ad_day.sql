with
    -- segments of one ad and day add up, but for the people whom they reached
    days as (
        select
            _source,
            _account,
            'ad_day' as _entity,
            max(_extracted_at) as _extracted_at,
            date_day,
            platform,
            account_key,
            account_id,
            max(account_name) as account_name,
            max(campaign_key) as campaign_key,
            max(campaign_id) as campaign_id,
            max(campaign_name) as campaign_name,
            max(ad_set_id) as ad_set_id,
            max(ad_set_name) as ad_set_name,
            ad_key,
            ad_id,
            max(ad_name) as ad_name,
            currency,
            sum(spend) as spend,
            sum(impressions) as impressions,
            case when count(*) = 1 then max(reach) end as reach,
            sum(clicks) as clicks,
            sum(platform_conversions) as platform_conversions,
            sum(platform_conversion_value) as platform_conversion_value
        from {{ ref("stg_import__ad_segment_day") }}
        group by _source, _account, date_day, platform, account_key, account_id, ad_key, ad_id, currency
    )

    {{
        as_canonical(
            "ad_day",
            "days",
            lacks=[
                "link_clicks",
                "conversion_root",
                "platform_conversions_1d_click",
                "platform_conversion_value_1d_click",
                "platform_conversions_7d_click",
                "platform_conversion_value_7d_click",
                "platform_conversions_28d_click",
                "platform_conversion_value_28d_click",
                "platform_conversions_1d_view",
                "platform_conversion_value_1d_view",
                "platform_leads",
            ],
        )
    }}
