with
    source as (select * from {{ source("meta_ads", "ad_actions") }} where not _deleted),
    renamed as (
        select
            date_start as date_day,
            ad_id,
            action_type,
            actions,
            actions_1d_click,
            actions_7d_click,
            actions_28d_click,
            actions_1d_view,
            amount,
            amount_1d_click,
            amount_7d_click,
            amount_28d_click,
            amount_1d_view,
            _source,
            _account,
            _extracted_at
        from source
    )
select *
from renamed
