with
    source as ({{ newest_vintage(source("hubspot", "contact_stages"), ["contact_id", "stage", "entered_at"]) }}),

    renamed as (select _source, _account, contact_id, stage, source_type, entered_at, _extracted_at from source)

select *
from renamed
