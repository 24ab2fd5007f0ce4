with
    source as (select *, _deleted as _is_deleted from {{ source("facebook_pages", "pages") }}),
    renamed as (
        select
            'facebook' as platform,
            'facebook:' || page_id as account_key,
            page_id as account_id,
            name as account_name,
            username,
            category,
            link as url,
            fan_count as fans,
            followers_count as followers,
            _is_deleted as is_deleted,
            _source,
            _account,
            _extracted_at
        from source
    )
select *
from renamed
