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
    {{ ratio("ads.clicks", "ads.impressions") }} as ctr,
    {{ ratio("ads.spend", "ads.clicks") }} as cpc,
    {{ ratio("ads.spend_reporting", "ads.clicks") }} as cpc_reporting,
    {{ ratio("ads.spend", "ads.impressions", 1000) }} as cpm,
    {{ ratio("ads.spend_reporting", "ads.impressions", 1000) }} as cpm_reporting,
    ads.platform_conversions,
    ads.platform_conversion_value,
    ads.is_final
from {{ ref("fct_ad_daily") }} as ads
left join {{ ref("dim_campaign") }} as campaigns on ads.campaign_key = campaigns.campaign_key
