with source as ({{ newest_imported(source("import", "content_day"), ["content_id", "date_day"] + account_keys()) }})

select
    _source,
    _account,
    _extracted_at,
    2 as _precedence,
    {{ imported_platform() }} as platform,
    {{ imported_account() }} as account_id,
    content_id,
    date_day,
    impressions,
    likes,
    comments,
    cast(null as bigint) as views
from source
