select
    campaign_key,
    platform,
    campaign_id,
    account_key,
    campaign_name,
    objective,
    status,
    currency,
    first_delivery_date,
    last_delivery_date,
    is_deleted
from {{ ref("int_campaigns_known") }}
