{{ config(materialized="view") }}

with
    located as (
        select *, coalesce(nullif(trim(page_path), ''), {{ url_path("page_url") }}) as written_path
        from {{ ref("page_event") }}
    )

select
    _source,
    _account,
    _entity,
    event_key,
    site_id,
    session_id,
    case when consent_analytics is distinct from false then visitor_id end as visitor_id,
    case when consent_analytics is distinct from false then user_id end as user_id,
    {{ known_id("session_id") }} as known_session_id,
    case
        when consent_analytics is distinct from false then {{ visitor_key("site_id", "visitor_id") }}
    end as visitor_key,
    case
        when consent_analytics is distinct from false then {{ customer_ref("_source", "site_id", "user_id") }}
    end as customer_ref,
    event_name,
    page_url,
    {{ url_decoded("written_path") }} as page_path,
    referrer,
    utm_source,
    utm_medium,
    utm_campaign,
    utm_content,
    utm_term,
    case when consent_ads is distinct from false then gclid end as gclid,
    case when consent_ads is distinct from false then fbclid end as fbclid,
    case when consent_ads is distinct from false then msclkid end as msclkid,
    case when consent_ads is distinct from false then ttclid end as ttclid,
    product_id,
    {{ url_decoded("search_term") }} as search_term,
    value,
    currency,
    order_id,
    load_ms,
    consent_analytics,
    consent_ads,
    user_agent,
    {{ is_bot("user_agent") }} as is_bot,
    occurred_at
from located
