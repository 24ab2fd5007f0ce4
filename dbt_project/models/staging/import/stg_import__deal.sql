with
    source as ({{ newest_vintage(source("import", "deal"), ["deal_id"]) }}),

    renamed as (
        select
            _source,
            _account,
            deal_id,
            lead_id,
            case
                when lower(trim(status)) in ('open', 'won', 'lost') then lower(trim(status)) else 'unknown'
            end as status,
            case
                when coalesce(lower(trim(status)), '') not in ('open', 'won', 'lost')
                then coalesce(nullif(trim(status), ''), 'no state')
            end as unknown_state,
            segment,
            owner,
            amount,
            {{ currency_code("currency") }} as currency,
            created_at,
            closed_at,
            false as is_archived,
            'deal' as _entity,
            _extracted_at
        from source
    )

    {{ as_canonical("deal", "renamed", lacks=["deal_name"]) }}
