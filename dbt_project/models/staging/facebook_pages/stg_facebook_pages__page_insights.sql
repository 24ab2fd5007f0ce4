with
    source as (select * from {{ source("facebook_pages", "page_insights") }} where not _deleted),
    renamed as (
        select
            date_day,
            'facebook' as platform,
            'facebook:' || page_id as account_key,
            page_id as account_id,
            metric,
            period,
            is_from_ads,
            value,
            _source,
            _account,
            _extracted_at
        from source
    )
select *
from renamed
