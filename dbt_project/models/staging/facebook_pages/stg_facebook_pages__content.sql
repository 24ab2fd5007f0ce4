with
    states as (
        select *, row_number() over (partition by _source, _account, content_key order by observed_on desc) as recency
        from {{ ref("stg_facebook_pages__posts") }}
    ),

    newest as (
        select *, coalesce(media_type, status_type) as content_type, 'posts' as _entity from states where recency = 1
    )

    {{
        as_canonical(
            "content",
            "newest",
            lacks=["account_name", "published_month", "published_weekday", "published_hour", "topic", "is_paid"],
        )
    }}
