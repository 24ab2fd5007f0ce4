{%- set windows = ["1d_click", "7d_click", "28d_click", "1d_view"] -%}

with
    meta_days as (
        select
            insights.*,
            purchases.action_type as conversion_root,
            purchases.actions as platform_conversions,
            purchases.amount as platform_conversion_value,
            {%- for window in windows %}
                purchases.actions_{{ window }} as platform_conversions_{{ window }},
                purchases.amount_{{ window }} as platform_conversion_value_{{ window }},
            {%- endfor %}
            leads.actions as platform_leads
        from {{ ref("stg_meta_ads__ad_insights") }} as insights
        left join
            {{ ref("int_meta_conversions_chosen") }} as purchases
            on insights._source = purchases._source
            and insights._account = purchases._account
            and insights.ad_id = purchases.ad_id
            and insights.date_day = purchases.date_day
            and purchases.goal = 'purchase'
        left join
            {{ ref("int_meta_conversions_chosen") }} as leads
            on insights._source = leads._source
            and insights._account = leads._account
            and insights.ad_id = leads.ad_id
            and insights.date_day = leads.date_day
            and leads.goal = 'lead'
    ),

    -- segments of one ad and day add up, but for the people whom they reached
    imported_days as (
        select
            _source,
            _account,
            max(_extracted_at) as _extracted_at,
            date_day,
            platform,
            account_key,
            account_id,
            max(account_name) as account_name,
            max(campaign_key) as campaign_key,
            max(campaign_id) as campaign_id,
            max(campaign_name) as campaign_name,
            max(ad_set_id) as ad_set_id,
            max(ad_set_name) as ad_set_name,
            ad_key,
            ad_id,
            max(ad_name) as ad_name,
            currency,
            sum(spend) as spend,
            sum(impressions) as impressions,
            case when count(*) = 1 then max(reach) end as reach,
            sum(clicks) as clicks,
            sum(platform_conversions) as platform_conversions,
            sum(platform_conversion_value) as platform_conversion_value
        from {{ ref("stg_import__ad_days") }}
        group by _source, _account, date_day, platform, account_key, account_id, ad_key, ad_id, currency
    ),

    unioned as (
        select
            _source,
            _account,
            _extracted_at,
            'ad_insights' as entity,
            date_day,
            platform,
            account_key,
            account_id,
            cast(null as {{ dbt.type_string() }}) as account_name,
            campaign_key,
            campaign_id,
            campaign_name,
            ad_set_id,
            ad_set_name,
            ad_key,
            ad_id,
            ad_name,
            currency,
            spend,
            impressions,
            reach,
            clicks,
            link_clicks,
            conversion_root,
            platform_conversions,
            platform_conversion_value,
            {%- for window in windows %}
                platform_conversions_{{ window }}, platform_conversion_value_{{ window }},
            {%- endfor %}
            platform_leads
        from meta_days
        union all
        select
            _source,
            _account,
            _extracted_at,
            'ad_day' as entity,
            date_day,
            platform,
            account_key,
            account_id,
            account_name,
            campaign_key,
            campaign_id,
            campaign_name,
            ad_set_id,
            ad_set_name,
            ad_key,
            ad_id,
            ad_name,
            currency,
            spend,
            impressions,
            reach,
            clicks,
            cast(null as bigint) as link_clicks,
            cast(null as {{ dbt.type_string() }}) as conversion_root,
            platform_conversions,
            platform_conversion_value,
            {%- for window in windows %}
                cast(null as decimal(18, 6)) as platform_conversions_{{ window }},
                cast(null as decimal(18, 6)) as platform_conversion_value_{{ window }},
            {%- endfor %}
            cast(null as decimal(18, 6)) as platform_leads
        from imported_days
    ),

    chosen as ({{ one_source("unioned", ["ad_key", "date_day", "currency"]) }})

select
    chosen._source,
    chosen._account,
    chosen.date_day,
    chosen.platform,
    chosen.account_key,
    chosen.account_id,
    chosen.account_name,
    chosen.campaign_key,
    chosen.campaign_id,
    chosen.campaign_name,
    chosen.ad_set_id,
    chosen.ad_set_name,
    chosen.ad_key,
    chosen.ad_id,
    chosen.ad_name,
    chosen.currency,
    chosen.spend,
    {{ in_reporting_currency("chosen.spend", "chosen.currency", "rates") }} as spend_reporting,
    chosen.impressions,
    chosen.reach,
    chosen.clicks,
    chosen.link_clicks,
    chosen.conversion_root,
    chosen.platform_conversions,
    chosen.platform_conversion_value,
    {%- for window in windows %}
        chosen.platform_conversions_{{ window }}, chosen.platform_conversion_value_{{ window }},
    {%- endfor %}
    chosen.platform_leads,
    settled.date_day is not null as is_final
from chosen
left join
    {{ ref("int_exchange_rates_filled") }} as rates
    on chosen.currency = rates.currency
    and chosen.date_day = rates.date_day
left join
    {{ ref("int_days_settled") }} as settled
    on chosen._source = settled._source
    and chosen._account = settled._account
    and chosen.entity = settled.entity
    and chosen.platform = settled.platform
    and chosen.date_day = settled.date_day
