with
    source as (select *, _deleted as _is_deleted from {{ source("meta_ads", "ad_sets") }}),
    renamed as (
        select
            'meta' as platform,
            'meta:' || account_id as account_key,
            account_id,
            {{ object_key("'meta'", "account_id", "campaign_id") }} as campaign_key,
            campaign_id,
            adset_id as ad_set_id,
            name as ad_set_name,
            status,
            optimization_goal,
            attribution_setting,
            _is_deleted as is_deleted,
            _source,
            _account,
            _extracted_at
        from source
    )
select *
from renamed
