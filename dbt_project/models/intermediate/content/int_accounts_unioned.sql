{%- set text = dbt.type_string() -%}
{%- set named = [
    ("stg_import__account_day", "organic", "account_name"),
    ("stg_import__contents", "organic", "account_name"),
    ("stg_import__ad_days", "advertising", "account_name"),
    ("stg_import__content_totals", "organic", "cast(null as " ~ text ~ ")"),
    ("stg_import__content_days", "organic", "cast(null as " ~ text ~ ")"),
    ("stg_facebook_pages__posts", "organic", "cast(null as " ~ text ~ ")"),
    ("stg_facebook_pages__page_insights", "organic", "cast(null as " ~ text ~ ")"),
    ("stg_meta_ads__account_insights", "advertising", "cast(null as " ~ text ~ ")"),
    ("stg_meta_ads__account_period_insights", "advertising", "cast(null as " ~ text ~ ")"),
    ("stg_meta_ads__campaigns", "advertising", "cast(null as " ~ text ~ ")"),
    ("stg_meta_ads__ad_insights", "advertising", "cast(null as " ~ text ~ ")"),
] -%}

with
    unioned as (
        select
            1 as precedence,
            _source,
            _extracted_at,
            platform,
            account_key,
            account_id,
            account_name,
            'organic' as account_type,
            cast(null as {{ text }}) as currency,
            'America/Los_Angeles' as time_zone,
            url,
            is_deleted
        from {{ ref("stg_facebook_pages__pages") }}
        union all
        select
            1 as precedence,
            _source,
            _extracted_at,
            platform,
            account_key,
            account_id,
            account_name,
            'advertising' as account_type,
            currency,
            time_zone,
            cast(null as {{ text }}) as url,
            is_deleted
        from {{ ref("stg_meta_ads__accounts") }}
        {%- for model, account_type, account_name in named %}
            union all
            select
                case when {{ account_name }} is null then 3 else 2 end as precedence,
                _source,
                max(_extracted_at) as _extracted_at,
                platform,
                account_key,
                account_id,
                {{ account_name }} as account_name,
                '{{ account_type }}' as account_type,
                cast(null as {{ text }}) as currency,
                cast(null as {{ text }}) as time_zone,
                cast(null as {{ text }}) as url,
                false as is_deleted
            from {{ ref(model) }}
            group by _source, platform, account_key, account_id{{ ", account_name" if account_name == "account_name" }}
        {%- endfor %}
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by account_key order by precedence, _extracted_at desc, _source, account_name
            ) as choice
        from unioned
    )

select platform, account_key, account_id, account_name, account_type, currency, time_zone, url, is_deleted
from ranked
where choice = 1
