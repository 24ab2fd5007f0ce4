with
    post_days as (
        select
            content_key,
            date_day,
            'facebook' as platform,
            account_key,
            impressions,
            views,
            cast(null as bigint) as reach,
            video_views,
            cast(null as bigint) as engagements,
            likes,
            comments,
            shares,
            cast(null as bigint) as saves,
            clicks,
            days_covered,
            true as is_final
        from {{ ref("int_post_days_differenced") }}
    ),

    imported as ({{ one_source(ref("stg_import__content_days"), ["content_key", "date_day"]) }}),

    imported_days as (
        select
            imported.content_key,
            imported.date_day,
            imported.platform,
            imported.account_key,
            imported.impressions,
            cast(null as bigint) as views,
            imported.reach,
            imported.video_views,
            imported.engagements,
            imported.likes,
            imported.comments,
            imported.shares,
            imported.saves,
            imported.clicks,
            1 as days_covered,
            settled.date_day is not null as is_final
        from imported
        left join
            {{ ref("int_days_settled") }} as settled
            on imported._source = settled._source
            and imported._account = settled._account
            and settled.entity = 'content_day'
            and imported.platform = settled.platform
            and imported.date_day = settled.date_day
        -- what the platform's own interface counts goes before an export of the same
        where
            not exists (
                select 1
                from post_days
                where post_days.content_key = imported.content_key and post_days.date_day = imported.date_day
            )
    ),

    unioned as (
        select *
        from post_days
        union all
        select *
        from imported_days
    )

select
    content_key,
    date_day,
    platform,
    account_key,
    cast(impressions as bigint) as impressions,
    cast(views as bigint) as views,
    reach,
    cast(video_views as bigint) as video_views,
    cast(coalesce(engagements, {{ sum_of_known(["likes", "comments", "shares", "saves"]) }}) as bigint) as engagements,
    cast(likes as bigint) as likes,
    cast(comments as bigint) as comments,
    cast(shares as bigint) as shares,
    saves,
    cast(clicks as bigint) as clicks,
    cast(days_covered as bigint) as days_covered,
    is_final
from unioned
