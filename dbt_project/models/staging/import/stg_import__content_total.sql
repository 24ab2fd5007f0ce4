with
    source as ({{ newest_vintage(source("import", "content_total"), ["content_id"] + account_keys()) }}),
    renamed as (
        select
            coalesce(lower(platform), 'unknown') as platform,
            coalesce(lower(platform), 'unknown') || ':' || coalesce(account_id, _account) as account_key,
            coalesce(account_id, _account) as account_id,
            {{
                object_key(
                    "coalesce(lower(platform), 'unknown')",
                    "coalesce(account_id, _account)",
                    "content_id",
                )
            }} as content_key,
            content_id,
            observed_on,
            impressions,
            reach,
            video_views,
            engagements,
            likes,
            comments,
            shares,
            saves,
            clicks,
            engaged_users,
            2 as _precedence,
            'content_total' as _entity,
            _source,
            _account,
            _extracted_at
        from source
    )
    {{ as_canonical("content_total", "renamed", lacks=["views"]) }}
