select
    ads.date_day,
    ads.platform,
    ads.account_key,
    ads.campaign_key,
    campaigns.campaign_name,
    ads.ad_key,
    ads.ad_name,
    ads.currency,
    ads.spend,
    ads.spend_reporting,
    ads.impressions,
    ads.clicks,
    ads.link_clicks,
    {{ metric_ratio("ctr", "ads") }} as ctr,
    {{ metric_ratio("cpc", "ads") }} as cpc,
    {{ metric_ratio("cpm", "ads") }} as cpm,
    ads.platform_conversions,
    ads.platform_conversion_value,
    ads.is_final
from {{ ref("fct_ad_daily") }} as ads
left join {{ ref("dim_campaign") }} as campaigns on ads.campaign_key = campaigns.campaign_key
