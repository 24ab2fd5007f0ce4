{#- What each counter of a post grew by since it was last read. Where it was first read of a post of more than a day, counting begins. -#}
{%- set zone = "'America/Los_Angeles'" %}
{%- set read_on = counted_day("_extracted_at", zone) %}
{%- set counters = ["post_impressions", "post_media_view", "post_video_views", "post_clicks"] %}

with
    posts as (
        {{ newest_of_each_day(source("facebook_pages", "posts"), ["post_id"], keep_deleted=true, observed_on=read_on) }}
    ),

    insights as (
        {{
            newest_of_each_day(
                source("facebook_pages", "post_insights"),
                ["post_id", "metric"],
                keep_deleted=true,
                observed_on=read_on,
            )
        }}
    ),

    readings as (
        {%- for counter in ["reactions", "comments", "coalesce(shares, 0)"] %}
            select
                _source,
                _account,
                _extracted_at,
                page_id as account_id,
                post_id as content_id,
                '{{ counter }}' as metric,
                _observed_on,
                {{ counter }} as value
            from posts
            union all
        {%- endfor %}
        select _source, _account, _extracted_at, _account, post_id, metric, _observed_on, value
        from insights
        where metric in ('{{ counters | join("', '") }}')
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by account_id, content_id, metric, _observed_on
                order by _extracted_at desc, _source desc, _account desc
            ) as source_rank
        from readings
        where value is not null
    ),

    grown as (
        select
            *,
            value - lag(value) over (partition by account_id, content_id, metric order by _observed_on) as growth,
            min(_observed_on) over (partition by account_id, content_id) as first_read_on
        from ranked
        where source_rank = 1
    ),

    published as (
        select page_id, post_id, min({{ local_date("created_time", zone) }}) as published_on
        from posts
        group by page_id, post_id
    ),

    counted as (
        select
            grown.*,
            published_on,
            case
                when growth is not null then growth when _observed_on <= {{ date_add("published_on", 1) }} then value
            end as amount
        from grown
        inner join published on grown.account_id = published.page_id and grown.content_id = published.post_id
        where _observed_on > first_read_on or _observed_on <= {{ date_add("published_on", 1) }}
    )

select
    min(_source) as _source,
    min(_account) as _account,
    max(_extracted_at) as _extracted_at,
    1 as _precedence,
    'facebook' as platform,
    account_id,
    content_id,
    greatest(_observed_on, published_on) as date_day,
    sum(case when metric = 'post_impressions' then amount end) as impressions,
    sum(case when metric = 'post_media_view' then amount end) as views,
    sum(case when metric = 'reactions' then amount end) as likes,
    sum(case when metric = 'comments' then amount end) as comments
from counted
group by account_id, content_id, greatest(_observed_on, published_on)
