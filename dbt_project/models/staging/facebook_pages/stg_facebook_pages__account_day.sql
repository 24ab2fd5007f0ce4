{%- set reactions = ["like", "love", "wow", "haha", "sorry", "anger"] -%}

with
    -- views have two parts if they are split by advertising; people do not add up, so their count is only a total
    page_days as (
        select
            _source,
            _account,
            max(_extracted_at) as _extracted_at,
            'page_insights' as _entity,
            date_day,
            platform,
            account_key,
            account_id,
            'organic' as account_type,
            max(case when metric = 'page_follows' then value end) as followers,
            max(case when metric = 'page_daily_follows_unique' then value end)
            - max(case when metric = 'page_daily_unfollows_unique' then value end) as net_followers,
            max(case when metric = 'page_impressions' and is_from_ads = '' then value end) as impressions,
            coalesce(
                max(case when metric = 'page_media_view' and is_from_ads = '' then value end),
                sum(case when metric = 'page_media_view' and is_from_ads <> '' then value end)
            ) as views,
            max(case when metric = 'page_media_view' and is_from_ads = '1' then value end) as paid_views,
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
    )
    {{ as_canonical("account_day", "page_days", lacks=["account_name", "comments", "shares", "saves", "clicks"]) }}
