with
    source as ({{ newest_vintage(source("ecb", "exchange_rates"), ["date_day", "currency"]) }}),
    renamed as (
        select
            _source,
            _account,
            'exchange_rates' as _entity,
            _extracted_at,
            2 as _precedence,
            date_day,
            {{ currency_code("currency") }} as currency,
            rate
        from source
        where rate > 0
    )
    {{ as_canonical("exchange_rate", "renamed") }}
