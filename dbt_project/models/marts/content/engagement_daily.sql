with days as (select * from {{ ref("int_account_days_engaged") }}), breaks as ({{ series_breaks("days") }})

select
    days.account_key,
    days.date_day,
    days.platform,
    cast(days.posts as bigint) as posts,
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
    {{ ratio("days.shares", "days.posts") }} as amplification,
    {{ ratio("days.likes", "days.posts") }} as applause,
    {{ ratio("days.comments", "days.posts") }} as conversation,
    breaks.series_break,
    days.is_final
from days
left join breaks on days.platform = breaks.platform and days.date_day = breaks.date_day
