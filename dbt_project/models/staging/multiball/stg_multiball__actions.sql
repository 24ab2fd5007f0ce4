with
    source as (select * from {{ source("multiball", "action") }} where not _deleted),

    renamed as (
        select
            action_id,
            month,
            version as review_version,
            kind,
            coalesce(title, {{ by_language({"en": "title_en", "zh": "title_zh"}) }}) as title,
            decision,
            note,
            decided_by,
            decided_at,
            owner,
            due_on,
            metric,
            dimension,
            member,
            expected,
            expected_low,
            expected_high,
            _extracted_at
        from source
    )

select *
from renamed
