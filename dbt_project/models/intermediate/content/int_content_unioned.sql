{%- set text = dbt.type_string() -%}

with
    posts as (
        select *, row_number() over (partition by _source, _account, content_key order by observed_on desc) as recency
        from {{ ref("stg_facebook_pages__posts") }}
    ),

    described as (
        select
            1 as precedence,
            posts._source,
            posts._account,
            posts._extracted_at,
            posts.platform,
            posts.account_key,
            posts.account_id,
            posts.content_key,
            posts.content_id,
            posts.published_at,
            cast(null as date) as published_month,
            cast(null as bigint) as published_weekday,
            cast(null as bigint) as published_hour,
            coalesce(posts.media_type, posts.status_type) as content_type,
            cast(null as {{ text }}) as topic,
            posts.title,
            posts.url,
            cast(null as boolean) as is_paid,
            posts.is_deleted
        from posts
        where posts.recency = 1
        union all
        select
            1 as precedence,
            _source,
            _account,
            _extracted_at,
            platform,
            account_key,
            account_id,
            content_key,
            content_id,
            published_at,
            published_month,
            published_weekday,
            published_hour,
            content_type,
            topic,
            title,
            url,
            is_paid,
            is_deleted
        from {{ ref("stg_import__contents") }}
    ),

    -- numbers may come for content that nothing describes
    counted as (
        select _source, _account, _extracted_at, platform, account_key, account_id, content_key, content_id
        from {{ ref("stg_import__content_totals") }}
        union all
        select _source, _account, _extracted_at, platform, account_key, account_id, content_key, content_id
        from {{ ref("stg_import__content_days") }}
    ),

    unioned as (
        select *
        from described
        union all
        select
            2 as precedence,
            _source,
            _account,
            _extracted_at,
            platform,
            account_key,
            account_id,
            content_key,
            content_id,
            cast(null as timestamp) as published_at,
            cast(null as date) as published_month,
            cast(null as bigint) as published_weekday,
            cast(null as bigint) as published_hour,
            cast(null as {{ text }}) as content_type,
            cast(null as {{ text }}) as topic,
            cast(null as {{ text }}) as title,
            cast(null as {{ text }}) as url,
            cast(null as boolean) as is_paid,
            false as is_deleted
        from counted
    ),

    ranked as (
        select
            *,
            {{ local_timestamp("published_at", "'" ~ var("reporting_time_zone") ~ "'") }} as published_local,
            row_number() over (
                partition by content_key order by precedence, _extracted_at desc, _source, _account
            ) as choice
        from unioned
    )

select
    platform,
    account_key,
    account_id,
    content_key,
    content_id,
    published_at,
    coalesce({{ period_start("month", "published_local") }}, published_month) as published_month,
    coalesce(published_weekday, {{ weekday("published_local") }}) as published_weekday,
    coalesce(published_hour, cast(extract(hour from published_local) as bigint)) as published_hour,
    content_type,
    topic,
    title,
    url,
    is_paid,
    is_deleted
from ranked
where choice = 1
