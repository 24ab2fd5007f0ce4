{{ config(materialized="table") }}

{%- set columns = ["impressions", "views", "reach", "video_views", "likes", "comments", "shares", "clicks"] -%}

with
    last_read as (
        select
            *,
            row_number() over (partition by content_key, column_name order by observed_on desc) as recency,
            max(observed_on) over (partition by content_key) as last_reading
        from {{ ref("stg_facebook_pages__post_counters") }}
    ),

    -- a total that ended before its post would be compared with others that continued
    assessed as (
        select
            last_read.*,
            breaks.ended_on is null and (last_read.is_post_deleted or not last_read.is_deleted) as continues
        from last_read
        left join
            {{ ref("series_break") }} as breaks
            on last_read.column_name = breaks.column_name
            and breaks.platform = 'facebook'
            and breaks.ended_on <= last_read.last_reading
        where last_read.recency = 1
    ),

    totals as (
        select
            content_key,
            max(case when continues then observed_on end) as observed_on,
            {%- for column in columns %}
                max(
                    case when continues and column_name = '{{ column }}' then value end
                ) as {{ column }}{{ ',' if not loop.last }}
            {%- endfor %}
        from assessed
        group by content_key
    ),

    described as (
        select
            totals.*,
            content.platform,
            content.account_key,
            content.account_id,
            content.content_id,
            content._source,
            content._account,
            content._extracted_at,
            'post_insights' as _entity,
            1 as _precedence
        from totals
        inner join
            ({{ one_source(ref("stg_facebook_pages__content"), ["content_key"]) }}) as content
            on totals.content_key = content.content_key
    )

    {{ as_canonical("content_total", "described", lacks=["engagements", "saves", "engaged_users"]) }}
