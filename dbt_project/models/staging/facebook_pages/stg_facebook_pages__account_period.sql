with
    -- a rolling week that ends on a Sunday is the ISO week
    weeks as (
        select
            _source,
            _account,
            _extracted_at,
            'page_insights' as _entity,
            platform,
            account_key,
            account_id,
            'organic' as account_type,
            'week' as period,
            {{ period_start("week", "date_day") }} as date_start,
            date_day as date_stop,
            value as reach
        from {{ ref("stg_facebook_pages__page_insights") }}
        where
            metric = 'page_total_media_view_unique'
            and period = 'week'
            and is_from_ads = ''
            and {{ weekday("date_day") }} = 7
    )
    {{ as_canonical("account_period", "weeks", lacks=["impressions"]) }}
