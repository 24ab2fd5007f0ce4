with
    vintages as ({{ newest_vintage(source("import", "exchange_rate"), ["date_day", "currency"]) }}),

    source as (select * from vintages where rate > 0)

    {{
        as_canonical(
            "exchange_rate", "source", _entity="'exchange_rate'", _precedence="1", currency=currency_code("currency")
        )
    }}
