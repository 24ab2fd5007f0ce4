with source as ({{ newest_imported(source("import", "content"), ["content_id"] + account_keys(), keep_deleted=true) }})

select
    _source,
    _account,
    _extracted_at,
    {{ imported_platform() }} as platform,
    {{ imported_account() }} as account_id,
    content_id
from source
