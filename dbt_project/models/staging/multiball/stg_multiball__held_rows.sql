with
    source as (select * from {{ source("multiball", "held_row") }} where not _deleted),

    renamed as (
        select _source as source_name, _account as account_id, connector, entity, row_key, report_date, _extracted_at
        from source
    )

select *
from renamed
