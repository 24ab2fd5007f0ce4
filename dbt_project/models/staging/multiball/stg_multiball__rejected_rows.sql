with
    source as (select * from {{ source("multiball", "rejected_row") }} where not _deleted),

    renamed as (
        select
            run_id,
            source as source_name,
            account as account_id,
            entity,
            file as file_name,
            row_number as position_in_load,
            reason,
            record,
            _extracted_at
        from source
    )

select *
from renamed
