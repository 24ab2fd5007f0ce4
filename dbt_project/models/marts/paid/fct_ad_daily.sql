{%- set windows = ["1d_click", "7d_click", "28d_click", "1d_view"] -%}

select
    ad_key,
    date_day,
    platform,
    account_key,
    campaign_key,
    ad_set_id,
    ad_id,
    ad_name,
    currency,
    cast(spend as decimal(18, 6)) as spend,
    spend_reporting,
    cast(impressions as bigint) as impressions,
    reach,
    cast(clicks as bigint) as clicks,
    link_clicks,
    conversion_root,
    cast(platform_conversions as decimal(18, 6)) as platform_conversions,
    cast(platform_conversion_value as decimal(18, 6)) as platform_conversion_value,
    {%- for window in windows %}
        platform_conversions_{{ window }}, platform_conversion_value_{{ window }},
    {%- endfor %}
    platform_leads,
    is_final
from {{ ref("int_ad_days_settled") }}
