{%- set windows = ["1d_click", "7d_click", "28d_click", "1d_view"] -%}

select
    days._source,
    days._account,
    days.date_day,
    days.platform,
    days.account_key,
    days.account_id,
    days.account_name,
    days.campaign_key,
    days.campaign_id,
    days.campaign_name,
    days.ad_set_id,
    days.ad_set_name,
    days.ad_key,
    days.ad_id,
    days.ad_name,
    days.currency,
    days.spend,
    {{ in_reporting_currency("days.spend", "days.currency", "rates") }} as spend_reporting,
    days.impressions,
    days.reach,
    days.clicks,
    days.link_clicks,
    days.conversion_root,
    days.platform_conversions,
    days.platform_conversion_value,
    {%- for window in windows %}
        days.platform_conversions_{{ window }}, days.platform_conversion_value_{{ window }},
    {%- endfor %}
    days.platform_leads,
    settled.date_day is not null as is_final
from {{ ref("ad_day") }} as days
left join
    {{ ref("int_exchange_rates_filled") }} as rates on days.currency = rates.currency and days.date_day = rates.date_day
    {{ join_settled("days") }}
