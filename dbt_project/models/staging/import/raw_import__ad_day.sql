with source as ({{ newest_imported(source("import", "ad_day"), ["date_day", "ad_id", "segment"] + account_keys()) }})

select
    _source,
    _account,
    _extracted_at,
    {{ imported_platform() }} as platform,
    {{ imported_account() }} as account_id,
    ad_id,
    date_day,
    {{ currency_code("currency") }} as currency,
    spend,
    impressions,
    clicks
from source
