with
    -- numbers may come for content that nothing describes
    counted as (
        select platform, account_key, account_id, content_key, content_id, _extracted_at
        from {{ ref("content_total") }}
        union all
        select platform, account_key, account_id, content_key, content_id, _extracted_at
        from {{ ref("content_day") }}
    ),

    undescribed as (
        select *, row_number() over (partition by content_key order by _extracted_at desc) as recency
        from counted
        where
            not exists (
                select 1 from {{ ref("content") }} as described where described.content_key = counted.content_key
            )
    ),

    described as (
        select *, {{ local_timestamp("published_at", "'" ~ var("reporting_time_zone") ~ "'") }} as published_local
        from {{ ref("content") }}
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
from described
union all
select
    platform,
    account_key,
    account_id,
    content_key,
    content_id,
    cast(null as timestamp),
    cast(null as date),
    cast(null as bigint),
    cast(null as bigint),
    cast(null as {{ dbt.type_string() }}),
    cast(null as {{ dbt.type_string() }}),
    cast(null as {{ dbt.type_string() }}),
    cast(null as {{ dbt.type_string() }}),
    cast(null as boolean),
    false
from undescribed
where recency = 1
