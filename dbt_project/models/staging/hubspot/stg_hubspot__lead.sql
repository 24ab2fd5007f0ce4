{#-
  Contacts that ever were at the stage lead or a later one before the purchase. Who came into the CRM by buying is a customer and was never a
  lead; a purchase does not make a contact qualified either.
-#}
with
    leads as (
        select
            _source,
            _account,
            'contacts' as _entity,
            _extracted_at,
            contact_id as lead_id,
            email_key,
            phone_key,
            analytics_source as origin,
            case
                analytics_source
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
            first_url as landing_page,
            true as is_declared,
            is_archived,
            coalesce(became_lead_at, created_at) as created_at,
            coalesce(qualified_at, case when stage_meaning = 'qualified' then modified_at end) as qualified_at
        from {{ ref("stg_hubspot__contacts_kept") }}
        where became_lead_at is not null or stage_meaning in ('lead', 'qualified')
    )

    {{
        as_canonical(
            "lead", "leads", lacks=["visitor_id", "declared_campaign", "utm_source", "utm_medium", "utm_campaign"]
        )
    }}
