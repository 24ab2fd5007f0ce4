select
    touches.touch_key,
    touches.visitor_id,
    sessions.customer_key,
    touches.touched_at,
    touches.date_day,
    touches.channel,
    touches.campaign_key,
    touches.campaign,
    touches.traffic_source,
    touches.traffic_medium,
    case
        when touches.is_direct
        then 'untagged'
        when touches.evidence in ('google_click', 'microsoft_click', 'facebook_click')
        then 'click_id'
        when touches.evidence = 'utm'
        then 'utm'
        else 'referrer'
    end as told_by,
    touches.click_id_name,
    touches.click_id,
    touches.is_direct,
    touches.last_non_direct_touch_key,
    remembered.channel as last_non_direct_channel,
    remembered.campaign as last_non_direct_campaign
from {{ ref("int_touches_built") }} as touches
left join {{ ref("fct_session") }} as sessions on sessions.session_key = touches.touch_key
left join {{ ref("int_touches_built") }} as remembered on remembered.touch_key = touches.last_non_direct_touch_key
