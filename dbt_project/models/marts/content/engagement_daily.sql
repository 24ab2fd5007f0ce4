with days as (select * from {{ ref("int_account_days_engaged") }}), breaks as ({{ series_breaks("days") }})

select
    days.account_key,
    days.date_day,
    days.platform,
    cast(days.posts as bigint) as posts,
    days.post_likes,
    days.posts_with_likes,
    days.post_comments,
    days.posts_with_comments,
    days.post_shares,
    days.posts_with_shares,
    days.followers,
    days.reach,
    days.impressions,
    days.views,
    days.engagements,
    days.likes,
    days.comments,
    days.shares,
    days.saves,
    days.clicks,
    {{ ratio("days.engagements", "days.reach") }} as engagement_rate_by_reach,
    {{ ratio("days.engagements", "days.impressions") }} as engagement_rate_by_impressions,
    {{ ratio("days.engagements", "days.views") }} as engagement_rate_by_views,
    {{ ratio("days.engagements", "days.followers") }} as engagement_rate_by_followers,
    {{ ratio("days.post_shares", "days.posts_with_shares") }} as amplification,
    {{ ratio("days.post_likes", "days.posts_with_likes") }} as applause,
    {{ ratio("days.post_comments", "days.posts_with_comments") }} as conversation,
    breaks.series_break,
    days.is_final
from days
left join breaks on days.platform = breaks.platform and days.date_day = breaks.date_day
