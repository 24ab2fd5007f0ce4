with
    source as ({{ newest_vintage(source("hubspot", "deal_ids"), ["deal_id"], keep_deleted=true) }}),

    renamed as (select _source, _account, deal_id, _is_deleted as is_deleted, _extracted_at from source)

select *
from renamed
