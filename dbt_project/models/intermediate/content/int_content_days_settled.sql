select
    days.content_key,
    days.date_day,
    days.platform,
    days.account_key,
    days.impressions,
    days.views,
    days.reach,
    days.video_views,
    cast(
        coalesce(
            days.engagements, {{ sum_of_known(["days.likes", "days.comments", "days.shares", "days.saves"]) }}
        ) as bigint
    ) as engagements,
    days.likes,
    days.comments,
    days.shares,
    days.saves,
    days.clicks,
    days.days_covered,
    coalesce(days.is_final, settled.date_day is not null) as is_final
from {{ ref("content_day") }} as days {{ join_settled("days") }}
