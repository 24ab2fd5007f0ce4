with source as ({{ newest_imported(source("import", "content_total"), ["content_id"] + account_keys()) }})

select
    _source,
    _account,
    _extracted_at,
    2 as _precedence,
    {{ imported_platform() }} as platform,
    {{ imported_account() }} as account_id,
    content_id,
    likes,
    comments
from source
