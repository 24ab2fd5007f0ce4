with
    -- the name of an ad's day is the campaign's where the platform lists no campaigns
    seen as (
        select
            *,
            row_number() over (partition by campaign_key order by date_day desc, ad_key) as recency,
            min(date_day) over (partition by campaign_key) as first_day,
            max(date_day) over (partition by campaign_key) as last_day
        from {{ ref("int_ad_days_settled") }}
        where campaign_key is not null
    ),

    days as (
        select platform, campaign_key, campaign_id, campaign_name, account_key, currency, first_day, last_day
        from seen
        where recency = 1
    ),

    listed as (select * from {{ ref("campaign") }}),

    keys as (
        select platform, campaign_key, campaign_id
        from days
        union
        select platform, campaign_key, campaign_id
        from listed
    )

select
    keys.campaign_key,
    keys.platform,
    keys.campaign_id,
    coalesce(listed.account_key, days.account_key) as account_key,
    coalesce(listed.campaign_name, days.campaign_name) as campaign_name,
    listed.objective,
    listed.status,
    days.currency,
    days.first_day as first_delivery_date,
    days.last_day as last_delivery_date,
    coalesce(listed.is_deleted, false) as is_deleted
from keys
left join listed on keys.campaign_key = listed.campaign_key
left join days on keys.campaign_key = days.campaign_key
