{{ config(materialized="table") }}

{%- set windows = ["1d_click", "7d_click", "28d_click", "1d_view"] -%}

with
    insights as (
        select
            insights.*,
            'ad_insights' as _entity,
            purchases.action_type as conversion_root,
            purchases.actions as platform_conversions,
            purchases.amount as platform_conversion_value,
            {%- for window in windows %}
                purchases.actions_{{ window }} as platform_conversions_{{ window }},
                purchases.amount_{{ window }} as platform_conversion_value_{{ window }},
            {%- endfor %}
            leads.actions as platform_leads
        from {{ ref("stg_meta_ads__ad_insights") }} as insights
        {%- for name, goal in [("purchases", "purchase"), ("leads", "lead")] %}
            left join
                {{ ref("stg_meta_ads__conversions_chosen") }} as {{ name }}
                on insights._source = {{ name }}._source
                and insights._account = {{ name }}._account
                and insights.ad_id = {{ name }}.ad_id
                and insights.date_day = {{ name }}.date_day
                and {{ name }}.goal = '{{ goal }}'
        {%- endfor %}
    )

    {{ as_canonical("ad_day", "insights", lacks=["account_name"]) }}
