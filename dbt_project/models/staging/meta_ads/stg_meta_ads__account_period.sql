with
    insights as (
        select *, 'account_period_insights' as _entity, 'advertising' as account_type
        from {{ ref("stg_meta_ads__account_period_insights") }}
    )
    {{ as_canonical("account_period", "insights") }}
