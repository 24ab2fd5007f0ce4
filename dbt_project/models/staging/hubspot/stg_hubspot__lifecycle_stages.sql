with
    source as ({{ newest_vintage(source("hubspot", "lifecycle_stages"), ["stage"]) }}),

    renamed as (select _source, _account, stage, label, meaning, display_order, _extracted_at from source)

select *
from renamed
