{%- set reactions = ["like", "love", "wow", "haha", "sorry", "anger"] -%}

with
    -- views come in two parts where they are told apart by advertising; people do not add up, so theirs only come whole
    page_days as (
        select
            _source,
            _account,
            max(_extracted_at) as _extracted_at,
            'page_insights' as entity,
            date_day,
            platform,
            account_key,
            account_id,
            max(case when metric = 'page_follows' then value end) as followers,
            max(case when metric = 'page_daily_follows_unique' then value end)
            - max(case when metric = 'page_daily_unfollows_unique' then value end) as net_followers,
            max(case when metric = 'page_impressions' and is_from_ads = '' then value end) as impressions,
            coalesce(
                max(case when metric = 'page_media_view' and is_from_ads = '' then value end),
                sum(case when metric = 'page_media_view' and is_from_ads <> '' then value end)
            ) as views,
            max(case when metric = 'page_total_media_view_unique' and is_from_ads = '' then value end) as reach,
            max(case when metric = 'page_video_views' and is_from_ads = '' then value end) as video_views,
            max(case when metric = 'page_post_engagements' then value end) as engagements,
            sum(
                case
                    when
                        metric in (
                            {% for reaction in reactions %}
                                'page_actions_post_reactions_{{ reaction }}_total'{{ ", " if not loop.last }}
                            {% endfor %}
                        )
                    then value
                end
            ) as likes
        from {{ ref("stg_facebook_pages__page_insights") }}
        where period = 'day'
        group by _source, _account, date_day, platform, account_key, account_id
    ),

    unioned as (
        select
            _source,
            _account,
            _extracted_at,
            entity,
            date_day,
            platform,
            account_key,
            account_id,
            cast(null as {{ dbt.type_string() }}) as account_name,
            followers,
            net_followers,
            impressions,
            views,
            reach,
            video_views,
            engagements,
            likes,
            cast(null as bigint) as comments,
            cast(null as bigint) as shares,
            cast(null as bigint) as saves,
            cast(null as bigint) as clicks
        from page_days
        union all
        select
            _source,
            _account,
            _extracted_at,
            'account_insights' as entity,
            date_day,
            platform,
            account_key,
            account_id,
            cast(null as {{ dbt.type_string() }}) as account_name,
            cast(null as bigint) as followers,
            cast(null as bigint) as net_followers,
            impressions,
            cast(null as bigint) as views,
            reach,
            cast(null as bigint) as video_views,
            cast(null as bigint) as engagements,
            cast(null as bigint) as likes,
            cast(null as bigint) as comments,
            cast(null as bigint) as shares,
            cast(null as bigint) as saves,
            clicks
        from {{ ref("stg_meta_ads__account_insights") }}
        union all
        select
            _source,
            _account,
            _extracted_at,
            'account_day' as entity,
            date_day,
            platform,
            account_key,
            account_id,
            account_name,
            followers,
            net_followers,
            impressions,
            cast(null as bigint) as views,
            reach,
            video_views,
            engagements,
            likes,
            comments,
            shares,
            saves,
            clicks
        from {{ ref("stg_import__account_days") }}
    ),

    chosen as ({{ one_source("unioned", ["account_key", "date_day"]) }})

select
    chosen.date_day,
    chosen.platform,
    chosen.account_key,
    chosen.account_id,
    chosen.account_name,
    chosen.followers,
    chosen.net_followers,
    cast(chosen.impressions as bigint) as impressions,
    cast(chosen.views as bigint) as views,
    chosen.reach,
    chosen.video_views,
    chosen.engagements,
    cast(chosen.likes as bigint) as likes,
    chosen.comments,
    chosen.shares,
    chosen.saves,
    chosen.clicks,
    settled.date_day is not null as is_final
from chosen
left join
    {{ ref("int_days_settled") }} as settled
    on chosen._source = settled._source
    and chosen._account = settled._account
    and chosen.entity = settled.entity
    and chosen.platform = settled.platform
    and chosen.date_day = settled.date_day
