{{ config(materialized="table") }}

{%- set counters = ["reactions", "comments", "shares"] -%}

with
    unpivoted as (
        {%- for counter in counters %}
            select
                _source,
                _account,
                content_key,
                '{{ counter }}' as metric,
                observed_on,
                {{ counter }} as value,
                is_deleted,
                _extracted_at
            from {{ ref("stg_facebook_pages__posts") }}
            where {{ counter }} is not null
            union all
        {%- endfor %}
        select _source, _account, content_key, metric, observed_on, value, is_deleted, _extracted_at
        from {{ ref("stg_facebook_pages__post_insights") }}
        where value is not null
    ),

    named as (
        select
            *,
            case
                metric
                when 'reactions'
                then 'likes'
                when 'post_media_view'
                then 'views'
                when 'post_impressions'
                then 'impressions'
                when 'post_total_media_view_unique'
                then 'reach'
                when 'post_video_views'
                then 'video_views'
                when 'post_clicks'
                then 'clicks'
                when 'comments'
                then 'comments'
                when 'shares'
                then 'shares'
            end as column_name
        from unpivoted
    ),

    chosen as ({{ one_source("named", ["content_key", "column_name", "observed_on"]) }}),

    deleted_posts as (select distinct content_key from {{ ref("stg_facebook_pages__posts") }} where is_deleted)

select
    chosen.content_key,
    chosen.column_name,
    chosen.observed_on,
    chosen.value,
    chosen.is_deleted,
    deleted_posts.content_key is not null as is_post_deleted
from chosen
left join deleted_posts on chosen.content_key = deleted_posts.content_key
where chosen.column_name is not null
