with
    source as (
        {{
            newest_of_each_day(
                source("facebook_pages", "post_insights"),
                ["post_id", "metric"],
                keep_deleted=true,
                observed_on=counted_day("_extracted_at", "'America/Los_Angeles'"),
            )
        }}
    ),
    renamed as (
        select
            'facebook' as platform,
            {{ object_key("'facebook'", "_account", "post_id") }} as content_key,
            post_id as content_id,
            metric,
            _observed_on as observed_on,
            value,
            _is_deleted as is_deleted,
            _source,
            _account,
            _extracted_at
        from source
    )
select *
from renamed
