with
    source as ({{ newest_vintage(source("import", "lead"), ["lead_id"]) }}),

    renamed as (
        select
            _source,
            _account,
            lead_id,
            visitor_id,
            email_key,
            phone_key,
            origin,
            channel,
            campaign,
            landing_page,
            utm_source,
            utm_medium,
            utm_campaign,
            created_at,
            qualified_at,
            _extracted_at
        from source
    )

select *
from renamed
