with
    source as (select *, _deleted as _is_deleted from {{ source("meta_ads", "accounts") }}),
    renamed as (
        select
            'meta' as platform,
            'meta:' || account_id as account_key,
            account_id,
            name as account_name,
            {{ currency_code("currency") }} as currency,
            timezone_name as time_zone,
            account_status,
            _is_deleted as is_deleted,
            _source,
            _account,
            _extracted_at
        from source
    )
select *
from renamed
