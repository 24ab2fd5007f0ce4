with
    source as ({{ newest_vintage(source("import", "page_event"), ["event_id", "coalesce(site_id, _account)"]) }})

    {%- set site = "coalesce(site_id, _account)" %}

    {{
        as_canonical(
            "page_event",
            "source",
            _entity="'page_event'",
            event_key="_source || ':' || _account || ':' || " ~ site ~ " || ':' || event_id",
            site_id=site,
            currency=currency_code("currency"),
        )
    }}
