with
    source as ({{ newest_vintage(source("hubspot", "deal_merges"), ["merged_id"]) }}),

    renamed as (select _source, _account, merged_id, deal_id, _extracted_at from source)

select *
from renamed
