with days as (select * from {{ ref("fct_account_daily") }})

select
    account_key,
    date_day,
    platform,
    reach,
    impressions,
    views,
    {{ metric_ratio("frequency", "days") }} as frequency,
    case when reach is null then 'not_given' end as reason,
    series_break,
    is_final
from days
