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
    {{ metric_ratio("engagement_rate_by_reach", "days") }} as engagement_rate_by_reach,
    {{ metric_ratio("engagement_rate_by_impressions", "days") }} as engagement_rate_by_impressions,
    {{ metric_ratio("engagement_rate_by_views", "days") }} as engagement_rate_by_views,
    {{ metric_ratio("engagement_rate_by_followers", "days") }} as engagement_rate_by_followers,
    {{ metric_ratio("amplification", "days") }} as amplification,
    {{ metric_ratio("applause", "days") }} as applause,
    {{ metric_ratio("conversation", "days") }} as conversation,
    breaks.series_break,
    days.is_final
from days
left join breaks on days.platform = breaks.platform and days.date_day = breaks.date_day
