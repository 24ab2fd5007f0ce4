with
    deals as (
        select
            _source,
            _account,
            'deals' as _entity,
            _extracted_at,
            deal_id,
            contact_id as lead_id,
            deal_name,
            status,
            unknown_state,
            amount,
            currency,
            created_at,
            case when status in ('won', 'lost') then closed_at end as closed_at,
            is_archived
        from {{ ref("stg_hubspot__deals_kept") }}
    )

    {{ as_canonical("deal", "deals", lacks=["segment", "owner"]) }}
