with
    source as (select * from {{ source("hubspot", "deal_merges") }} where not _deleted),

    renamed as (select _source, _account, merged_id, deal_id, _extracted_at from source)

select *
from renamed
