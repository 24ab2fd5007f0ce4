with
    source as (select * from {{ source("hubspot", "deal_stages") }} where not _deleted),

    renamed as (select _source, _account, deal_id, stage_id, source_type, entered_at, _extracted_at from source)

select *
from renamed
