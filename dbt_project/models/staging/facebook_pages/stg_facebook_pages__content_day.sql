{{ config(materialized="table") }}

with
    counters as (select * from {{ ref("stg_facebook_pages__post_counters") }} where column_name <> 'reach'),

    posts as (
        select
            content_key,
            min(content_id) as content_id,
            min(account_key) as account_key,
            min(account_id) as account_id,
            min(_source) as _source,
            min(_account) as _account,
            max(_extracted_at) as _extracted_at,
            min(published_on) as published_on
        from {{ ref("stg_facebook_pages__posts") }}
        group by content_key
    ),

    -- on a day on which any counter of the account moved, all were read
    readings as (
        select
            account_key,
            observed_on,
            lag(observed_on) over (partition by account_key order by observed_on) as previous_reading
        from
            (
                select distinct posts.account_key, counters.observed_on
                from counters
                inner join posts on counters.content_key = posts.content_key
            ) as days
    ),

    growth as (
        select
            counters.content_key,
            counters.column_name,
            counters.observed_on,
            posts.published_on,
            counters.value - lag(counters.value) over (
                partition by counters.content_key, counters.column_name order by counters.observed_on
            ) as grown,
            counters.value
        from counters
        inner join posts on counters.content_key = posts.content_key
    ),

    -- the first reading is the day's own only of a post that was new; of an older one it is where counting begins
    days_of_growth as (
        select
            content_key,
            column_name,
            observed_on,
            case
                when grown is not null then grown when observed_on <= {{ date_add("published_on", 1) }} then value
            end as grown
        from growth
    ),

    series as (
        select
            content_key,
            column_name,
            min(observed_on) as first_day,
            case when max(case when is_deleted then 1 else 0 end) = 1 then max(observed_on) end as last_day
        from counters
        group by content_key, column_name
    ),

    -- a counter that was read and had not moved grew by 0
    complete as (
        select
            changed.content_key,
            changed.observed_on,
            series.column_name,
            case when days_of_growth.content_key is null then 0 else days_of_growth.grown end as grown
        from (select distinct content_key, observed_on from counters) as changed
        inner join
            series
            on changed.content_key = series.content_key
            and changed.observed_on >= series.first_day
            and (series.last_day is null or changed.observed_on <= series.last_day)
        left join
            days_of_growth
            on changed.content_key = days_of_growth.content_key
            and changed.observed_on = days_of_growth.observed_on
            and series.column_name = days_of_growth.column_name
    ),

    {%- set day = "greatest(complete.observed_on, posts.published_on)" %}

    days as (
        select
            complete.content_key,
            {{ day }} as date_day,
            {%- for column in ["impressions", "views", "video_views", "likes", "comments", "shares", "clicks"] %}
                sum(case when complete.column_name = '{{ column }}' then complete.grown end) as {{ column }},
            {%- endfor %}
            least(
                {{ dbt.datediff("min(posts.published_on)", day, "day") }} + 1,
                {{ dbt.datediff("min(readings.previous_reading)", day, "day") }}
            ) as days_covered
        from complete
        inner join posts on complete.content_key = posts.content_key
        inner join readings on posts.account_key = readings.account_key and complete.observed_on = readings.observed_on
        group by complete.content_key, {{ day }}
        having count(complete.grown) > 0
    ),

    described as (
        select
            days.*,
            posts.content_id,
            posts.account_key,
            posts.account_id,
            'facebook' as platform,
            posts._source,
            posts._account,
            posts._extracted_at,
            'post_insights' as _entity,
            1 as _precedence,
            true as is_final
        from days
        inner join posts on days.content_key = posts.content_key
    )

    {{ as_canonical("content_day", "described", lacks=["reach", "engagements", "saves"]) }}
