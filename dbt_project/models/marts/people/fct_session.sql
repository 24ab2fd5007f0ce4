with
    people as (
        select customer_key
        from {{ ref("int_records_identified") }}
        where record_kind <> 'visitor' and customer_key is not null
        group by customer_key
    )

select
    sessions.session_key,
    sessions._source,
    sessions._account,
    sessions.site_id,
    sessions.visitor_id,
    people.customer_key,
    sessions.started_at,
    sessions.ended_at,
    sessions.date_day,
    sessions.channel,
    sessions.campaign_key,
    sessions.campaign,
    sessions.traffic_source,
    sessions.traffic_medium,
    sessions.traffic_campaign,
    sessions.traffic_content,
    sessions.traffic_term,
    sessions.evidence,
    sessions.click_id_name,
    sessions.click_id,
    sessions.landing_page,
    sessions.referrer,
    sessions.is_bot,
    sessions.is_stitched,
    sessions.is_engaged,
    sessions.consent_analytics,
    sessions.consent_ads,
    cast(sessions.events as bigint) as events,
    cast(sessions.page_views as bigint) as page_views,
    cast(sessions.product_views as bigint) as product_views,
    cast(sessions.searches as bigint) as searches,
    cast(sessions.cart_additions as bigint) as cart_additions,
    cast(sessions.checkouts as bigint) as checkouts,
    cast(sessions.purchases as bigint) as purchases,
    cast(sessions.lead_forms as bigint) as lead_forms
from {{ ref("int_sessions_built") }} as sessions
left join
    {{ ref("int_records_identified") }} as records
    on records.record_kind = 'visitor'
    and records.record_key = sessions.visitor_key
left join people on people.customer_key = records.customer_key
