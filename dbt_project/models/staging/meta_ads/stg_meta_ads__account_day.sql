with
    insights as (
        select *, 'account_insights' as _entity, 'advertising' as account_type
        from {{ ref("stg_meta_ads__account_insights") }}
    )
    {{
        as_canonical(
            "account_day",
            "insights",
            lacks=[
                "account_name",
                "followers",
                "net_followers",
                "views",
                "paid_views",
                "video_views",
                "engagements",
                "likes",
                "comments",
                "shares",
                "saves",
            ],
        )
    }}
