with days as (select * from {{ ref("int_content_days_settled") }}), breaks as ({{ series_breaks("days") }})

select
    days.content_key,
    days.date_day,
    days.platform,
    days.account_key,
    days.impressions,
    days.views,
    days.reach,
    days.video_views,
    days.engagements,
    days.likes,
    days.comments,
    days.shares,
    days.saves,
    days.clicks,
    days.days_covered,
    breaks.series_break,
    days.is_final
from days
left join breaks on days.platform = breaks.platform and days.date_day = breaks.date_day
