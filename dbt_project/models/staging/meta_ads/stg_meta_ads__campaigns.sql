with
    source as (select *, _deleted as _is_deleted from {{ source("meta_ads", "campaigns") }}),
    renamed as (
        select
            'meta' as platform,
            'meta:' || account_id as account_key,
            account_id,
            {{ object_key("'meta'", "account_id", "campaign_id") }} as campaign_key,
            campaign_id,
            name as campaign_name,
            objective,
            status as configured_status,
            effective_status as status,
            daily_budget_minor,
            start_time,
            created_time as created_at,
            updated_time as updated_at,
            _is_deleted as is_deleted,
            _source,
            _account,
            _extracted_at
        from source
    )
select *
from renamed
