with source as (select *, _deleted as _is_deleted from {{ source("facebook_pages", "posts") }})

select _source, _account, _extracted_at, 'facebook' as platform, page_id as account_id, post_id as content_id
from source
