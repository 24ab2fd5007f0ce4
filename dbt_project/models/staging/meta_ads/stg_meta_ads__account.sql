with
    accounts as (
        select *, 'accounts' as _entity, 'advertising' as account_type from {{ ref("stg_meta_ads__accounts") }}
    )

    {{ as_canonical("account", "accounts", lacks=["url"]) }}
