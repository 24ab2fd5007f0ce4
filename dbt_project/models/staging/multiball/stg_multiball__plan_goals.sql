with
    source as ({{ newest_vintage(source("multiball", "plan_goal"), ["goal"]) }}),

    renamed as (
        select
            goal,
            metric,
            dimension,
            member,
            baseline,
            target,
            direction,
            start_on,
            due_on,
            owner,
            coalesce({{ in_language("text", "en") }}, text_en) as text_en,
            coalesce({{ in_language("text", "zh") }}, text_zh) as text_zh,
            coalesce({{ in_language("objective", "en") }}, objective_en) as objective_en,
            coalesce({{ in_language("objective", "zh") }}, objective_zh) as objective_zh,
            supports,
            _extracted_at
        from source
    )

select *
from renamed
