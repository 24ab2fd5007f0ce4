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
            text_en,
            text_zh,
            objective_en,
            objective_zh,
            supports,
            _extracted_at
        from source
    )

select *
from renamed
