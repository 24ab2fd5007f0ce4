select
    account_day.date_day,
    account_day.platform,
    account_day.account_key,
    account_day.account_id,
    account_day.account_name,
    account_day.followers,
    account_day.net_followers,
    account_day.impressions,
    account_day.views,
    account_day.reach,
    account_day.video_views,
    account_day.engagements,
    account_day.likes,
    account_day.comments,
    account_day.shares,
    account_day.saves,
    account_day.clicks,
    settled.date_day is not null as is_final
from {{ ref("account_day") }} as account_day
left join
    {{ ref("int_days_settled") }} as settled
    on account_day._source = settled._source
    and account_day._account = settled._account
    and account_day._entity = settled.entity
    and account_day.platform = settled.platform
    and account_day.date_day = settled.date_day
