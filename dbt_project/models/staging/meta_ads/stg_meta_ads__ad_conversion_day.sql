{#-
  The windows become rows, without those that the platform gives nothing for. Currency and campaign stand in the ad's day; a conversion without one
  is kept, as the account that it was read from names its ad.
-#}
{{ config(materialized="table") }}

{%- set windows = {
    "default": "",
    "1d_click": "_1d_click",
    "7d_click": "_7d_click",
    "28d_click": "_28d_click",
    "1d_view": "_1d_view",
} -%}

with
    actions as (
        select
            actions.*,
            coalesce(days.account_id, actions._account) as account_id,
            days.campaign_key,
            days.campaign_id,
            days.campaign_name,
            days.ad_name,
            days.currency,
            chosen.goal
        from {{ ref("stg_meta_ads__ad_actions") }} as actions
        left join
            {{ ref("stg_meta_ads__ad_insights") }} as days
            on days._source = actions._source
            and days._account = actions._account
            and days.ad_id = actions.ad_id
            and days.date_day = actions.date_day
        left join
            {{ ref("stg_meta_ads__conversions_chosen") }} as chosen
            on chosen._source = actions._source
            and chosen._account = actions._account
            and chosen.ad_id = actions.ad_id
            and chosen.date_day = actions.date_day
            and chosen.action_type = actions.action_type
    ),

    conversions as (
        {%- for window, suffix in windows.items() %}
            select
                _source,
                _account,
                'ad_actions' as _entity,
                _extracted_at,
                date_day,
                'meta' as platform,
                'meta:' || account_id as account_key,
                account_id,
                campaign_key,
                campaign_id,
                campaign_name,
                {{ object_key("'meta'", "account_id", "ad_id") }} as ad_key,
                ad_id,
                ad_name,
                action_type as conversion,
                goal,
                '{{ window }}' as attribution_window,
                currency,
                actions{{ suffix }} as platform_conversions,
                amount{{ suffix }} as platform_conversion_value
            from actions
            where coalesce(actions{{ suffix }}, amount{{ suffix }}) is not null {{ "union all" if not loop.last }}
        {%- endfor %}
    )

    {{ as_canonical("ad_conversion_day", "conversions") }}
