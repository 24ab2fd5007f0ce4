{#- What a link may call a campaign: its id, the utm_campaign of its ads' tags, or its name. A tag that several campaigns share identifies none. -#}
with
    names as (
        select campaign_key, campaign_name, channel, lower(campaign_id) as tag
        from {{ ref("int_campaigns_channelled") }}
        union
        select campaign_key, campaign_name, channel, lower(campaign_name) as tag
        from {{ ref("int_campaigns_channelled") }}
        union
        select
            campaigns.campaign_key,
            campaigns.campaign_name,
            campaigns.channel,
            lower(
                replace(
                    replace(ads.campaign_tag, '{campaign_id}', campaigns.campaign_id),
                    '{campaign_name}',
                    campaigns.campaign_name
                )
            ) as tag
        from {{ ref("ad") }} as ads
        inner join {{ ref("int_campaigns_channelled") }} as campaigns on campaigns.campaign_key = ads.campaign_key
    ),

    distinct_tags as (
        select tag from names where tag is not null and tag <> '' group by tag having count(distinct campaign_key) = 1
    )

select names.tag, names.campaign_key, names.campaign_name, names.channel
from names
inner join distinct_tags on distinct_tags.tag = names.tag
