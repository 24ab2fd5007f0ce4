with
    unioned as (
        select
            _source,
            _account,
            _extracted_at,
            'account_period_insights' as entity,
            platform,
            account_key,
            period,
            date_start,
            date_stop,
            impressions,
            reach
        from {{ ref("stg_meta_ads__account_period_insights") }}
        union all
        -- a rolling week that ends on a Sunday is the ISO week
        select
            _source,
            _account,
            _extracted_at,
            'page_insights' as entity,
            platform,
            account_key,
            'week' as period,
            {{ period_start("week", "date_day") }} as date_start,
            date_day as date_stop,
            cast(null as bigint) as impressions,
            value as reach
        from {{ ref("stg_facebook_pages__page_insights") }}
        where
            metric = 'page_total_media_view_unique'
            and period = 'week'
            and is_from_ads = ''
            and {{ weekday("date_day") }} = 7
    ),

    chosen as ({{ one_source("unioned", ["account_key", "period", "date_stop"]) }})

select
    chosen.platform,
    chosen.account_key,
    chosen.period,
    chosen.date_start,
    chosen.date_stop,
    chosen.impressions,
    chosen.reach,
    settled.date_day is not null as is_final
from chosen
left join
    {{ ref("int_days_settled") }} as settled
    on chosen._source = settled._source
    and chosen._account = settled._account
    and chosen.entity = settled.entity
    and chosen.platform = settled.platform
    and chosen.date_stop = settled.date_day
