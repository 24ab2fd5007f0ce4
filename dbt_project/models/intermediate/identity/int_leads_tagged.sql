with tagged as ({{ read_tags(ref("lead"), "landing_page", ["source", "medium", "campaign"]) }})

select
    _source,
    _account,
    lead_id,
    email_key,
    phone_key,
    visitor_id,
    origin,
    coalesce(declared_channel, case when says_direct then 'Direct' end) as declared_channel,
    coalesce(declared_campaign, tagged_campaign) as declared_campaign,
    case when not is_declared and not says_direct then tagged_source end as utm_source,
    case when not is_declared then tagged_medium end as utm_medium,
    landing_page,
    is_archived,
    created_at,
    qualified_at,
    _source || ':' || _account || ':' || lead_id as lead_key,
    {{ visitor_key("_account", "visitor_id") }} as visitor_key
from tagged
