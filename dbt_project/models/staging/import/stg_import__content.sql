with
    source as ({{ newest_vintage(source("import", "content"), ["content_id"] + account_keys(), keep_deleted=true) }}),
    renamed as (
        select
            coalesce(lower(platform), 'unknown') as platform,
            coalesce(lower(platform), 'unknown') || ':' || coalesce(account_id, _account) as account_key,
            coalesce(account_id, _account) as account_id,
            account_name,
            {{
                object_key(
                    "coalesce(lower(platform), 'unknown')",
                    "coalesce(account_id, _account)",
                    "content_id",
                )
            }} as content_key,
            content_id,
            published_at,
            published_month,
            published_weekday,
            published_hour,
            content_type,
            topic,
            title,
            url,
            is_paid,
            _is_deleted as is_deleted,
            'content' as _entity,
            _source,
            _account,
            _extracted_at
        from source
    )
    {{ as_canonical("content", "renamed") }}
