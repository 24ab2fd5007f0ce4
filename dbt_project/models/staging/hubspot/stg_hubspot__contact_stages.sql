with
    source as (select * from {{ source("hubspot", "contact_stages") }} where not _deleted),

    renamed as (select _source, _account, contact_id, stage, source_type, entered_at, _extracted_at from source)

select *
from renamed
