{%- set counts = ["engagements", "likes", "comments", "shares", "saves", "clicks"] -%}
{%- set responses = ["likes", "comments", "shares"] -%}

with
    accounts as (select * from {{ ref("int_accounts_known") }} where account_type = 'organic'),

    published as (
        select
            content.account_key,
            {{
                local_date(
                    "content.published_at", "coalesce(accounts.time_zone, '" ~ var("reporting_time_zone") ~ "')"
                )
            }} as date_day,
            count(*) as posts
            {%- for response in responses %}
                ,
                sum(totals.{{ response }}) as post_{{ response }},
                count(totals.{{ response }}) as posts_with_{{ response }}
            {%- endfor %}
        from {{ ref("int_content_known") }} as content
        inner join accounts on content.account_key = accounts.account_key
        left join {{ ref("int_content_totals_known") }} as totals on content.content_key = totals.content_key
        where content.published_at is not null
        group by 1, 2
    ),

    publishers as (select distinct account_key from published),

    content_days as (
        select
            account_key,
            date_day,
            {%- for count in counts %} sum({{ count }}) as {{ count }}, {%- endfor %}
            min(case when is_final then 1 else 0 end) as is_final
        from {{ ref("int_content_days_settled") }}
        group by account_key, date_day
    ),

    account_days as (
        select days.*
        from {{ ref("int_account_days_settled") }} as days
        inner join accounts on days.account_key = accounts.account_key
    ),

    keys as (
        select account_key, date_day
        from account_days
        union
        select account_key, date_day
        from content_days
        union
        select account_key, date_day
        from published
    )

select
    keys.account_key,
    keys.date_day,
    accounts.platform,
    case when publishers.account_key is not null then coalesce(published.posts, 0) end as posts,
    {%- for response in responses %}
        cast(published.post_{{ response }} as bigint) as post_{{ response }},
        cast(published.posts_with_{{ response }} as bigint) as posts_with_{{ response }},
    {%- endfor %}
    account_days.followers,
    account_days.reach,
    account_days.impressions,
    account_days.views,
    {%- for count in counts %}
        cast(coalesce(account_days.{{ count }}, content_days.{{ count }}) as bigint) as {{ count }},
    {%- endfor %}
    coalesce(account_days.is_final, true) and coalesce(content_days.is_final, 1) = 1 as is_final
from keys
inner join accounts on keys.account_key = accounts.account_key
left join publishers on keys.account_key = publishers.account_key
left join published on keys.account_key = published.account_key and keys.date_day = published.date_day
left join account_days on keys.account_key = account_days.account_key and keys.date_day = account_days.date_day
left join content_days on keys.account_key = content_days.account_key and keys.date_day = content_days.date_day
