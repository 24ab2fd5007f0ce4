with
    source as ({{ newest_vintage(source("import", "exchange_rate"), ["date_day", "currency"]) }}),
    renamed as (
        select
            _source,
            _account,
            'exchange_rate' as _entity,
            _extracted_at,
            1 as _precedence,
            date_day,
            {{ currency_code("currency") }} as currency,
            rate
        from source
        where rate > 0
    )
    {{ as_canonical("exchange_rate", "renamed") }}
