{#-
  Every campaign and the channel of what its money buys: by the kind of the ad platform, before any tag is looked at.
  A platform's spend outside campaigns is one row without campaign_key; `spend_key` is never null.
-#}
with
    campaigns as (
        select
            campaign_key as spend_key,
            campaign_key,
            campaign_id,
            platform,
            coalesce(campaign_name, campaign_id) as campaign_name
        from {{ ref("int_campaigns_known") }}
        union all
        select distinct
            platform || ':',
            cast(null as {{ dbt.type_string() }}),
            cast(null as {{ dbt.type_string() }}),
            platform,
            cast(null as {{ dbt.type_string() }})
        from {{ ref("int_ad_days_settled") }}
        where campaign_key is null
    ),

    known as (
        select campaigns.*, coalesce(names.traffic_source, campaigns.platform) as traffic_source
        from campaigns
        left join {{ ref("platform_traffic_source") }} as names on names.platform = campaigns.platform
    )

select
    known.spend_key,
    known.campaign_key,
    known.campaign_id,
    known.platform,
    known.campaign_name,
    {{ channel_group("known.traffic_source", "'paid'", "known.campaign_name", "categories.category") }} as channel
from known
left join {{ ref("source_category") }} as categories on categories.source = known.traffic_source
