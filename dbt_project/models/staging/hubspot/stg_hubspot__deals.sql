with
    source as (select * from {{ source("hubspot", "deals") }} where not _deleted),

    renamed as (
        select
            _source,
            _account,
            deal_id,
            contact_id,
            pipeline_id,
            stage_id,
            name as deal_name,
            analytics_source,
            amount,
            {{ currency_code("currency") }} as currency,
            is_closed,
            is_won,
            coalesce(archived, false) as is_archived,
            created_at,
            modified_at,
            closed_at,
            _extracted_at
        from source
    )

select *
from renamed
