with
    source as (
        {{
            newest_of_each_day(
                source("facebook_pages", "posts"),
                ["post_id"],
                keep_deleted=true,
                observed_on=counted_day("_extracted_at", "'America/Los_Angeles'"),
            )
        }}
    ),
    renamed as (
        select
            'facebook' as platform,
            'facebook:' || page_id as account_key,
            page_id as account_id,
            {{ object_key("'facebook'", "page_id", "post_id") }} as content_key,
            post_id as content_id,
            _observed_on as observed_on,
            message as title,
            created_time as published_at,
            {{ local_date("created_time", "'America/Los_Angeles'") }} as published_on,
            permalink_url as url,
            status_type,
            media_type,
            reactions,
            comments,
            coalesce(shares, 0) as shares,  -- the platform leaves the field out where there are none
            _is_deleted as is_deleted,
            _source,
            _account,
            _extracted_at
        from source
    )
select *
from renamed
