with
    source as ({{ newest_vintage(source("import", "content_day"), ["content_id", "date_day"] + account_keys()) }}),
    renamed as (
        select
            date_day,
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
            impressions,
            reach,
            video_views,
            engagements,
            likes,
            comments,
            shares,
            saves,
            clicks,
            1 as days_covered,
            2 as _precedence,
            'content_day' as _entity,
            _source,
            _account,
            _extracted_at
        from source
    )
    {{ as_canonical("content_day", "renamed", lacks=["views", "is_final"]) }}
