{%- set summed = ["impressions", "video_views", "engagements", "likes", "comments", "shares", "saves", "clicks"] -%}

with
    -- where no totals come, days add up, but for the people whom they reached
    totals_of_days as (
        select
            content_key,
            max(date_day) as observed_on
            {%- for column in summed %}, cast(sum({{ column }}) as bigint) as {{ column }} {%- endfor %}
        from {{ ref("content_day") }} as days
        where
            not exists (select 1 from {{ ref("content_total") }} as totals where totals.content_key = days.content_key)
        group by content_key
    ),

    unioned as (
        select content_key, observed_on, {{ summed | join(", ") }}, views, reach, engaged_users
        from {{ ref("content_total") }}
        union all
        select
            content_key,
            observed_on,
            {{ summed | join(", ") }},
            cast(null as bigint),
            cast(null as bigint),
            cast(null as bigint)
        from totals_of_days
    )

select
    content_key,
    observed_on,
    impressions,
    views,
    reach,
    video_views,
    cast(coalesce(engagements, {{ sum_of_known(["likes", "comments", "shares", "saves"]) }}) as bigint) as engagements,
    likes,
    comments,
    shares,
    saves,
    clicks,
    engaged_users
from unioned
