select
    lead_key,
    _source,
    _account,
    lead_id,
    customer_key,
    visitor_id,
    created_at,
    date_day,
    origin,
    channel,
    campaign_key,
    campaign,
    landing_page,
    qualified_at is not null as is_qualified,
    qualified_at,
    {{ reporting_day("qualified_at") }} as qualified_date,
    is_archived
from {{ ref("int_leads_channelled") }}
