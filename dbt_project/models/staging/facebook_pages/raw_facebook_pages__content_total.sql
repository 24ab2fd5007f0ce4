{#- Of each counter the last reading that has it. -#}
with
    posts as (
        {{
            newest_of_each_day(
                source("facebook_pages", "posts"),
                ["post_id"],
                keep_deleted=true,
                observed_on=counted_day("_extracted_at", "'America/Los_Angeles'"),
            )
        }}
    ),

    ranked as (
        select
            *
            {%- for counter in ["reactions", "comments"] %}
                ,
                row_number() over (
                    partition by page_id, post_id
                    order by case when {{ counter }} is null then 1 else 0 end, _extracted_at desc
                ) as {{ counter }}_rank
            {%- endfor %}
        from posts
    )

select
    min(_source) as _source,
    min(_account) as _account,
    max(_extracted_at) as _extracted_at,
    1 as _precedence,
    'facebook' as platform,
    page_id as account_id,
    post_id as content_id,
    max(case when reactions_rank = 1 then reactions end) as likes,
    max(case when comments_rank = 1 then comments end) as comments
from ranked
group by page_id, post_id
