with
    source as ({{ newest_vintage(source("import", "exchange_rate"), ["date_day", "currency"]) }}),
    renamed as (
        select date_day, {{ currency_code("currency") }} as currency, rate, _source, _account, _extracted_at from source
    )
select *
from renamed
