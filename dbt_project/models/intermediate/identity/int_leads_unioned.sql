{#-
  HubSpot's contacts that ever were at the stage lead or a later one before the purchase, and imported leads. Who came into the CRM by buying is
  a customer and was never a lead; buying qualifies nobody either.
-#}
with
    contacts as (
        select
            contacts._source,
            contacts._account,
            contacts.contact_id as lead_id,
            contacts.email_key,
            contacts.phone_key,
            cast(null as {{ dbt.type_string() }}) as visitor_id,
            contacts.analytics_source as origin,
            case
                contacts.analytics_source
                when 'ORGANIC_SEARCH'
                then 'Organic Search'
                when 'PAID_SEARCH'
                then 'Paid Search'
                when 'EMAIL_MARKETING'
                then 'Email'
                when 'SOCIAL_MEDIA'
                then 'Organic Social'
                when 'PAID_SOCIAL'
                then 'Paid Social'
                when 'REFERRALS'
                then 'Referral'
                when 'DIRECT_TRAFFIC'
                then 'Direct'
                when 'AI_REFERRALS'
                then 'AI Assistant'
                when 'OTHER_CAMPAIGNS'
                then 'Unassigned'
            end as declared_channel,
            cast(null as {{ dbt.type_string() }}) as declared_campaign,
            cast(null as {{ dbt.type_string() }}) as utm_source,
            cast(null as {{ dbt.type_string() }}) as utm_medium,
            cast(null as {{ dbt.type_string() }}) as utm_campaign,
            contacts.first_url as landing_page,
            true as is_declared,
            contacts.is_archived,
            coalesce(contacts.became_lead_at, contacts.created_at) as created_at,
            coalesce(
                contacts.qualified_at, case when contacts.stage_meaning = 'qualified' then contacts.modified_at end
            ) as qualified_at
        from {{ ref("stg_hubspot__contacts_kept") }} as contacts
        where contacts.became_lead_at is not null or contacts.stage_meaning in ('lead', 'qualified')
    ),

    imported as (
        select
            _source,
            _account,
            lead_id,
            email_key,
            phone_key,
            visitor_id,
            origin,
            {{ declared_channel("channel") }} as declared_channel,
            {{ told("campaign") }} as declared_campaign,
            utm_source,
            utm_medium,
            utm_campaign,
            landing_page,
            false as is_declared,
            false as is_archived,
            created_at,
            qualified_at
        from {{ ref("stg_import__leads") }}
    ),

    unioned as (
        select *
        from contacts
        union all
        select *
        from imported
    ),

    tagged as ({{ read_tags("unioned", "landing_page", ["source", "medium", "campaign"]) }})

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
