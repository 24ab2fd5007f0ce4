with
    source as ({{ newest_vintage(source("hubspot", "deal_stages"), ["deal_id", "stage_id", "entered_at"]) }}),

    renamed as (select _source, _account, deal_id, stage_id, source_type, entered_at, _extracted_at from source)

select *
from renamed
