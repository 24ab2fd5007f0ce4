{#-
  HubSpot's contacts that ever were at the stage lead or a later one before the purchase, and imported leads. Who came into the CRM by buying is
  a customer and was never a lead; buying qualifies nobody either.
-#}
{%- set lead_stages = "('lead', 'marketingqualifiedlead', 'salesqualifiedlead', 'opportunity')" %}
{%- set qualified_stages = "('marketingqualifiedlead', 'salesqualifiedlead', 'opportunity')" %}

with
    stages as (
        select
            _source,
            _account,
            contact_id,
            min(case when stage in {{ lead_stages }} then entered_at end) as became_lead_at,
            min(case when stage in {{ qualified_stages }} then entered_at end) as qualified_at
        from {{ ref("stg_hubspot__contact_stages") }}
        group by _source, _account, contact_id
    ),

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
            {{ url_parameter("contacts.first_url", "utm_campaign") }} as declared_campaign,
            cast(null as {{ dbt.type_string() }}) as utm_source,
            cast(null as {{ dbt.type_string() }}) as utm_medium,
            contacts.first_url as landing_page,
            contacts.is_archived,
            coalesce(stages.became_lead_at, contacts.created_at) as created_at,
            coalesce(
                stages.qualified_at,
                case when contacts.lifecycle_stage in {{ qualified_stages }} then contacts.modified_at end
            ) as qualified_at
        from {{ ref("stg_hubspot__contacts") }} as contacts
        left join
            stages
            on stages._source = contacts._source
            and stages._account = contacts._account
            and stages.contact_id = contacts.contact_id
        where stages.became_lead_at is not null or contacts.lifecycle_stage in {{ lead_stages }}
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
            nullif(trim(channel), '') as declared_channel,
            coalesce(nullif(trim(campaign), ''), utm_campaign) as declared_campaign,
            utm_source,
            utm_medium,
            landing_page,
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
    )

select *, _source || ':' || _account || ':' || lead_id as lead_key
from unioned
