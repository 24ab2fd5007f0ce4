select
    account_period.platform,
    account_period.account_key,
    account_period.period,
    account_period.date_start,
    account_period.date_stop,
    account_period.impressions,
    account_period.reach,
    settled.date_day is not null as is_final
from {{ ref("account_period") }} as account_period {{ join_settled("account_period", "date_stop") }}
