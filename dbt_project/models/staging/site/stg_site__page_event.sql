-- GA4's name of an event; the name as sent where GA4 has none. A page or a screen has no name of its own.
with
    source as ({{ newest_vintage(source("site", "events"), ["event_id"]) }}),

    sent as (
        select
            *,
            coalesce(
                nullif(event_name, ''),
                case event_type when 'page' then 'page_view' when 'screen' then 'screen_view' else event_type end
            ) as name_sent
        from source
    ),

    named as (
        select sent.*, coalesce(names.event_name, sent.name_sent) as name
        from sent
        left join {{ ref("segment_event_name") }} as names on names.sent = sent.name_sent
    )

    {{
        as_canonical(
            "page_event",
            "named",
            _entity="'events'",
            event_key="_source || ':' || _account || ':' || event_id",
            event_name="name",
            site_id="_account",
            gclid=url_parameter("page_url", "gclid"),
            fbclid=url_parameter("page_url", "fbclid"),
            msclkid=url_parameter("page_url", "msclkid"),
            ttclid=url_parameter("page_url", "ttclid"),
            referrer="nullif(referrer, '')",
            currency=currency_code("currency"),
            lacks=["session_id"],
        )
    }}
