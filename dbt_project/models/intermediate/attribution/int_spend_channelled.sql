select
    ads.date_day,
    campaigns.channel,
    ads.campaign_key,
    campaigns.campaign_name as campaign,
    cast(sum(ads.spend_reporting) as decimal(18, 6)) as spend,
    cast(sum(ads.impressions) as bigint) as impressions,
    cast(sum(ads.clicks) as bigint) as clicks
from {{ ref("int_ad_days_settled") }} as ads
inner join
    {{ ref("int_campaigns_channelled") }} as campaigns
    on campaigns.spend_key = coalesce(ads.campaign_key, ads.platform || ':')
group by ads.date_day, campaigns.channel, ads.campaign_key, campaigns.campaign_name
