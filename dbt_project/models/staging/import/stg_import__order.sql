with
    source as ({{ newest_vintage(source("import", "order"), ["order_id"]) }})

    {{
        as_canonical(
            "order",
            "source",
            _entity="'order'",
            declared_channel=declared_channel("channel"),
            declared_campaign=told("campaign"),
            currency=currency_code("currency"),
            is_test="false",
        )
    }}
