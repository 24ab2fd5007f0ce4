with
    source as (select * from {{ source("hubspot", "pipeline_stages") }} where not _deleted),

    renamed as (
        select
            _source,
            _account,
            pipeline_id,
            stage_id,
            pipeline_label,
            stage_label,
            display_order,
            is_closed,
            probability,
            case
                when is_closed and probability >= 1
                then 'won'
                when is_closed and probability < 1
                then 'lost'
                when not is_closed
                then 'open'
            end as stage_meaning,
            _extracted_at
        from source
    )

select *
from renamed
