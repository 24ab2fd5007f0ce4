with days as (select * from {{ ref("int_account_days_settled") }}), breaks as ({{ series_breaks("days") }})

select
    days.account_key,
    days.date_day,
    days.platform,
    days.followers,
    days.net_followers,
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
    breaks.series_break,
    days.is_final
from days
left join breaks on days.platform = breaks.platform and days.date_day = breaks.date_day
