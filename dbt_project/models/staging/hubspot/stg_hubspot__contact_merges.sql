with
    source as ({{ newest_vintage(source("hubspot", "contact_merges"), ["merged_id"]) }}),

    renamed as (select _source, _account, merged_id, contact_id, _extracted_at from source)

select *
from renamed
