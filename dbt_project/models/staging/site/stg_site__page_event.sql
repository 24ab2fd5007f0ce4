with
    source as (select * from {{ source("site", "events") }} where not _deleted)

    {{
        as_canonical(
            "page_event",
            "source",
            _entity="'events'",
            event_key="_source || ':' || _account || ':' || event_id",
            event_name=ga4_event_name("event_name", "event_type"),
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
