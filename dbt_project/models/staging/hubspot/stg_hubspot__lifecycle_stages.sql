with
    source as (select * from {{ source("hubspot", "lifecycle_stages") }} where not _deleted),

    renamed as (select _source, _account, stage, label, meaning, display_order, _extracted_at from source)

select *
from renamed
