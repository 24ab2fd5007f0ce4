with
    source as ({{ newest_vintage(source("site", "events"), ["event_id"]) }}),

    renamed as (
        select
            _source,
            _account,
            'events' as _entity,
            _source || ':' || _account || ':' || event_id as event_key,
            _account as site_id,
            event_name,
            visitor_id,
            user_id,
            page_url,
            page_path,
            referrer,
            utm_source,
            utm_medium,
            utm_campaign,
            utm_content,
            utm_term,
            gclid,
            fbclid,
            msclkid,
            ttclid,
            product_id,
            search_term,
            search_results,
            value,
            {{ currency_code("currency") }} as currency,
            order_id,
            load_ms,
            consent_analytics,
            consent_ads,
            user_agent,
            occurred_at,
            _extracted_at
        from source
    )

    {{ as_canonical("page_event", "renamed", lacks=["session_id"]) }}
