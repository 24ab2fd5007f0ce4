with
    source as (select * from {{ source("multiball", "load") }} where not _deleted),

    renamed as (
        select
            run_id,
            source as source_name,
            account as account_id,
            connector,
            connector = 'import' as is_of_file,
            entity,
            window_start,
            window_end,
            extracted as rows_extracted,
            landed as rows_landed,
            unchanged as rows_unchanged,
            rejected as rows_rejected,
            deleted as rows_deleted,
            known as rows_known,
            coalesce(held, 0) as rows_held,
            drift,
            _extracted_at
        from source
    )

select *
from renamed
