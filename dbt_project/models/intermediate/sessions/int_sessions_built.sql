with
    ordered as (
        select
            *,
            row_number() over (partition by session_key order by occurred_at, event_key) as position_in_session,
            row_number() over (
                partition by session_key
                order by case when evidence = 'nothing' then 1 else 0 end, occurred_at, event_key
            ) as touch_rank
        from {{ ref("int_events_sessionized") }}
        where session_key is not null
    ),

    sessions as (
        select
            session_key,
            max(_source) as _source,
            max(_account) as _account,
            max(site_id) as site_id,
            max(visitor_id) as visitor_id,
            max(user_id) as user_id,
            max(visitor_key) as visitor_key,
            min(occurred_at) as started_at,
            max(occurred_at) as ended_at,
            max(case when position_in_session = 1 then page_url end) as landing_url,
            max(case when position_in_session = 1 then page_path end) as landing_page,
            max(case when position_in_session = 1 then referrer end) as referrer,
            max(case when touch_rank = 1 then evidence end) as evidence,
            max(case when touch_rank = 1 then traffic_source end) as traffic_source,
            max(case when touch_rank = 1 then traffic_medium end) as traffic_medium,
            max(case when touch_rank = 1 then traffic_campaign end) as traffic_campaign,
            max(case when touch_rank = 1 then ad_channel end) as ad_channel,
            max(case when touch_rank = 1 then traffic_content end) as traffic_content,
            max(case when touch_rank = 1 then traffic_term end) as traffic_term,
            max(case when touch_rank = 1 then click_id_name end) as click_id_name,
            max(case when touch_rank = 1 then click_id end) as click_id,
            max(case when is_bot then 1 else 0 end) = 1 as is_bot,
            max(case when consent_analytics then 1 when not consent_analytics then 0 end) = 1 as consent_analytics,
            max(case when consent_ads then 1 when not consent_ads then 0 end) = 1 as consent_ads,
            count(*) as events,
            cast(sum(case when event_name = 'page_view' then 1 else 0 end) as bigint) as page_views,
            cast(sum(case when event_name = 'view_item' then 1 else 0 end) as bigint) as product_views,
            cast(sum(case when event_name = 'search' then 1 else 0 end) as bigint) as searches,
            cast(sum(case when event_name = 'add_to_cart' then 1 else 0 end) as bigint) as cart_additions,
            cast(sum(case when event_name = 'begin_checkout' then 1 else 0 end) as bigint) as checkouts,
            cast(sum(case when event_name = 'purchase' then 1 else 0 end) as bigint) as purchases,
            cast(sum(case when event_name = 'generate_lead' then 1 else 0 end) as bigint) as lead_forms
        from ordered
        group by session_key
    ),

    grouped as (
        select
            sessions.*,
            coalesce(
                sessions.ad_channel,
                {{
                    channel_group(
                        "sessions.traffic_source",
                        "sessions.traffic_medium",
                        "sessions.traffic_campaign",
                        "categories.category",
                    )
                }}
            ) as tagged_channel
        from sessions
        left join {{ ref("source_category") }} as categories on categories.source = lower(trim(sessions.traffic_source))
    )

-- what was bought goes before how it was tagged, as in GA4; a campaign's name on a mail does not make the mail an ad
select
    grouped.*,
    {{ reporting_day("grouped.started_at") }} as date_day,
    campaigns.campaign_key,
    coalesce(campaigns.campaign_name, grouped.traffic_campaign) as campaign,
    coalesce(campaigns.channel, grouped.tagged_channel) as channel,
    grouped.visitor_key is not null as is_stitched,
    (
        grouped.page_views >= 2
        or grouped.purchases + grouped.lead_forms > 0
        or grouped.ended_at >= {{ dbt.dateadd("second", 10, "grouped.started_at") }}
    ) as is_engaged
from grouped
left join
    {{ ref("int_campaigns_tagged") }} as campaigns
    on campaigns.tag = lower(grouped.traffic_campaign)
    and (grouped.tagged_channel like 'Paid %' or grouped.tagged_channel in ('Display', 'Cross-network'))
