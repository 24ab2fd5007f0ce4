select
    account_period.platform,
    account_period.account_key,
    account_period.period,
    account_period.date_start,
    account_period.date_stop,
    account_period.impressions,
    account_period.reach,
    settled.date_day is not null as is_final
from {{ ref("account_period") }} as account_period
left join
    {{ ref("int_days_settled") }} as settled
    on account_period._source = settled._source
    and account_period._account = settled._account
    and account_period._entity = settled.entity
    and account_period.platform = settled.platform
    and account_period.date_stop = settled.date_day
