with source as ({{ newest_imported(source("import", "account_day"), ["account_id", "date_day"] + account_keys()) }})

select
    _source,
    _account,
    _extracted_at,
    {{ imported_platform() }} as platform,
    {{ imported_account() }} as account_id,
    date_day,
    reach,
    impressions,
    cast(null as bigint) as views
from source
