{{ config(materialized="table") }}

with
    totals as (
        {%- for level, id in [("account", "account_id"), ("campaign", "campaign_id")] %}
            select
                _source,
                _account,
                '{{ level }}_insights' as _entity,
                _extracted_at,
                date_day,
                platform,
                account_key,
                account_id,
                '{{ level }}' as level,
                {{ id }} as object_id,
                currency,
                spend,
                impressions,
                clicks
            from {{ ref("stg_meta_ads__" ~ level ~ "_insights") }} {{ "union all" if not loop.last }}
        {%- endfor %}
    )

    {{ as_canonical("ad_total_day", "totals") }}
