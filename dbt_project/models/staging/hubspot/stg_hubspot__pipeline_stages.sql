with
    source as ({{ newest_vintage(source("hubspot", "pipeline_stages"), ["pipeline_id", "stage_id"]) }}),

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
            _extracted_at
        from source
    )

select *
from renamed
