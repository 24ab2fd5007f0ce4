with
    source as (select * from {{ source("multiball", "plan_goal") }} where not _deleted),

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
