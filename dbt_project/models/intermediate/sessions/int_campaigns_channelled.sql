{#-
  Every campaign that money was spent on, and the channel of what it bought: by the kind of the ad platform, before any tag is looked at.
-#}
with
    named as (
        select
            campaign_key,
            campaign_id,
            platform,
            campaign_name,
            row_number() over (
                partition by campaign_key order by case when campaign_name is null then 1 else 0 end, date_day desc, campaign_name
            ) as recency
        from {{ ref("int_ad_days_unioned") }}
        where campaign_key is not null
    ),

    known as (
        select
            campaign_key,
            campaign_id,
            platform,
            coalesce(campaign_name, campaign_id) as campaign_name,
            case
                platform
                when 'meta'
                then 'facebook'
                when 'google_ads'
                then 'google'
                when 'microsoft_ads'
                then 'bing'
                when 'amazon_ads'
                then 'amazon'
                when 'x'
                then 'twitter'
                else platform
            end as traffic_source
        from named
        where recency = 1
    )

select
    known.campaign_key,
    known.campaign_id,
    known.platform,
    known.campaign_name,
    {{ channel_group("known.traffic_source", "'paid'", "known.campaign_name", "categories.category") }} as channel
from known
left join {{ ref("source_category") }} as categories on categories.source = known.traffic_source
