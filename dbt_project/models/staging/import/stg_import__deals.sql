with
    source as ({{ newest_vintage(source("import", "deal"), ["deal_id"]) }}),

    renamed as (
        select
            _source,
            _account,
            deal_id,
            lead_id,
            status,
            segment,
            owner,
            amount,
            {{ currency_code("currency") }} as currency,
            created_at,
            closed_at,
            _extracted_at
        from source
    )

select *
from renamed
