with
    vintages as (select * from {{ source("ecb", "exchange_rates") }} where not _deleted),

    source as (select * from vintages where rate > 0)

    {{
        as_canonical(
            "exchange_rate", "source", _entity="'exchange_rates'", _precedence="2", currency=currency_code("currency")
        )
    }}
