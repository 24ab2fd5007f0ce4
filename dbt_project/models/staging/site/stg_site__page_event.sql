with
    source as ({{ newest_vintage(source("site", "events"), ["event_id"]) }})

    {{
        as_canonical(
            "page_event",
            "source",
            _entity="'events'",
            event_key="_source || ':' || _account || ':' || event_id",
            site_id="_account",
            currency=currency_code("currency"),
            lacks=["session_id"],
        )
    }}
