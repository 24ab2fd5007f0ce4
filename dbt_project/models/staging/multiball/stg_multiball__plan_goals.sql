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
            coalesce(text, {{ by_language({"en": "text_en", "zh": "text_zh"}) }}) as text,
            coalesce(objective, {{ by_language({"en": "objective_en", "zh": "objective_zh"}) }}) as objective,
            supports,
            _extracted_at
        from source
    )

select *
from renamed
