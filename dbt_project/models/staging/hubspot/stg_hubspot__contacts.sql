with
    source as (select * from {{ source("hubspot", "contacts") }} where not _deleted),

    renamed as (
        select
            _source,
            _account,
            contact_id,
            email_key,
            phone_key,
            analytics_source,
            analytics_source_data_1,
            analytics_source_data_2,
            latest_source,
            first_url,
            first_referrer,
            google_click_id,
            facebook_click_id,
            lifecycle_stage,
            coalesce(archived, false) as is_archived,
            created_at,
            modified_at,
            first_timestamp as first_seen_at,
            _extracted_at
        from source
    )

select *
from renamed
