with
    pages as (
        select *, 'pages' as _entity, 'organic' as account_type, 'America/Los_Angeles' as time_zone
        from {{ ref("stg_facebook_pages__pages") }}
    )

    {{ as_canonical("account", "pages", lacks=["currency"]) }}
