with
    source as (select *, _deleted as _is_deleted from {{ source("hubspot", "deal_ids") }}),

    renamed as (select _source, _account, deal_id, _is_deleted as is_deleted, _extracted_at from source)

select *
from renamed
