{%- set columns = ["impressions", "views", "reach", "video_views", "likes", "comments", "shares", "clicks"] -%}

with
    last_read as (
        select
            *,
            row_number() over (partition by content_key, column_name order by observed_on desc) as recency,
            max(observed_on) over (partition by content_key) as last_reading
        from {{ ref("int_post_counters") }}
    ),

    -- a total that stopped before its post did would be set against others that went on
    going_on as (
        select last_read.*
        from last_read
        left join
            {{ ref("series_break") }} as breaks
            on last_read.column_name = breaks.column_name
            and breaks.platform = 'facebook'
            and breaks.ended_on <= last_read.last_reading
        where
            last_read.recency = 1
            and breaks.ended_on is null
            and (last_read.is_post_deleted or not last_read.is_deleted)
    ),

    post_totals as (
        select
            content_key,
            max(observed_on) as observed_on,
            {%- for column in columns %}
                max(case when column_name = '{{ column }}' then value end) as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from going_on
        group by content_key
    ),

    imported_totals as ({{ one_source(ref("stg_import__content_totals"), ["content_key"]) }}),

    -- where no totals come, days add up, but for the people whom they reached
    imported_days as (
        select
            content_key,
            max(date_day) as observed_on,
            sum(impressions) as impressions,
            sum(video_views) as video_views,
            sum(engagements) as engagements,
            sum(likes) as likes,
            sum(comments) as comments,
            sum(shares) as shares,
            sum(saves) as saves,
            sum(clicks) as clicks
        from ({{ one_source(ref("stg_import__content_days"), ["content_key", "date_day"]) }}) as days
        group by content_key
    ),

    unioned as (
        select
            1 as precedence,
            content_key,
            observed_on,
            impressions,
            views,
            reach,
            video_views,
            cast(null as bigint) as engagements,
            likes,
            comments,
            shares,
            cast(null as bigint) as saves,
            clicks,
            cast(null as bigint) as engaged_users
        from post_totals
        union all
        select
            2 as precedence,
            content_key,
            observed_on,
            impressions,
            cast(null as bigint) as views,
            reach,
            video_views,
            engagements,
            likes,
            comments,
            shares,
            saves,
            clicks,
            engaged_users
        from imported_totals
        union all
        select
            3 as precedence,
            content_key,
            observed_on,
            impressions,
            cast(null as bigint) as views,
            cast(null as bigint) as reach,
            video_views,
            engagements,
            likes,
            comments,
            shares,
            saves,
            clicks,
            cast(null as bigint) as engaged_users
        from imported_days
    ),

    ranked as (select *, row_number() over (partition by content_key order by precedence) as choice from unioned)

select
    content_key,
    observed_on,
    cast(impressions as bigint) as impressions,
    views,
    reach,
    cast(video_views as bigint) as video_views,
    cast(coalesce(engagements, {{ sum_of_known(["likes", "comments", "shares", "saves"]) }}) as bigint) as engagements,
    cast(likes as bigint) as likes,
    cast(comments as bigint) as comments,
    cast(shares as bigint) as shares,
    cast(saves as bigint) as saves,
    cast(clicks as bigint) as clicks,
    engaged_users
from ranked
where choice = 1
