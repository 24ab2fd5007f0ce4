with
    source as ({{ newest_vintage(source("import", "account_day"), ["account_id", "date_day"] + account_keys()) }}),
    renamed as (
        select
            date_day,
            coalesce(lower(platform), 'unknown') as platform,
            coalesce(lower(platform), 'unknown') || ':' || coalesce(account_id, _account) as account_key,
            coalesce(account_id, _account) as account_id,
            account_name,
            'organic' as account_type,
            followers,
            net_followers,
            impressions,
            reach,
            video_views,
            engagements,
            likes,
            comments,
            shares,
            saves,
            clicks,
            _source,
            _account,
            _extracted_at,
            'account_day' as _entity
        from source
    )
    {{ as_canonical("account_day", "renamed", lacks=["views", "paid_views"]) }}
