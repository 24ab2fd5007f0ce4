with
    campaigns as (select *, 'campaigns' as _entity from {{ ref("stg_meta_ads__campaigns") }})

    {{ as_canonical("campaign", "campaigns") }}
