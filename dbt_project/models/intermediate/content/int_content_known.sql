with
    -- numbers may come for content that nothing describes
    listed as (
        {%- for entity in ["content", "content_total", "content_day"] %}
            select
                platform,
                account_key,
                account_id,
                content_key,
                content_id,
                _extracted_at,
                {{ loop.index0 }} as entity_rank
            from {{ ref(entity) }} {{ "union all" if not loop.last }}
        {%- endfor %}
    ),

    known as (
        select
            *,
            row_number() over (partition by content_key order by least(entity_rank, 1), _extracted_at desc) as recency
        from listed
    ),

    described as (
        select *, {{ local_timestamp("published_at", "'" ~ var("reporting_time_zone") ~ "'") }} as published_local
        from {{ ref("content") }}
    )

select
    known.platform,
    known.account_key,
    known.account_id,
    known.content_key,
    known.content_id,
    described.published_at,
    coalesce({{ period_start("month", "described.published_local") }}, described.published_month) as published_month,
    coalesce(described.published_weekday, {{ weekday("described.published_local") }}) as published_weekday,
    coalesce(described.published_hour, cast(extract(hour from described.published_local) as bigint)) as published_hour,
    described.content_type,
    described.topic,
    described.title,
    described.url,
    described.is_paid,
    coalesce(described.is_deleted, false) as is_deleted
from known
left join described on known.content_key = described.content_key
where known.recency = 1
