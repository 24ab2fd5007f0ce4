with source as ({{ newest_vintage(source("facebook_pages", "posts"), ["post_id"], keep_deleted=true) }})

select _source, _account, _extracted_at, 'facebook' as platform, page_id as account_id, post_id as content_id
from source
