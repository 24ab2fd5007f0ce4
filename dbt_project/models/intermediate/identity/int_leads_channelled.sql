{#-
  Each lead's channel and campaign: what its UTM tags say, else what its source says, else the last touch of its person before it,
  a touch that is not direct going before direct ones.
-#}
with
    leads as (
        select leads.*, records.customer_key
        from {{ ref("int_leads_tagged") }} as leads
        left join
            {{ ref("int_records_identified") }} as records
            on records.record_kind = 'lead'
            and records.record_key = leads.lead_key
    ),

    touched as (
        select
            leads.lead_key,
            touches.channel,
            touches.campaign,
            touches.campaign_key,
            row_number() over (
                partition by leads.lead_key
                order by case when touches.is_direct then 1 else 0 end, touches.touched_at desc, touches.touch_key desc
            ) as recency
        from leads
        inner join
            {{ ref("int_touches_built") }} as touches
            on (touches.customer_key = leads.customer_key)
            and touches.touched_at <= leads.created_at
            and touches.touched_at >= {{ dbt.dateadd("day", "-" ~ var("attribution_window_days"), "leads.created_at") }}
    )

select
    leads.*,
    {{ reporting_day("leads.created_at") }} as date_day,
    case
        when leads.utm_source is not null or leads.utm_medium is not null
        then
            {{
                channel_group(
                    "leads.utm_source", "leads.utm_medium", "leads.declared_campaign", "categories.category"
                )
            }}
        else coalesce(leads.declared_channel, touched.channel, 'unattributed')
    end as channel,
    coalesce(campaigns.campaign_name, leads.declared_campaign, touched.campaign) as campaign,
    coalesce(
        campaigns.campaign_key,
        case when leads.declared_channel is null and leads.utm_source is null then touched.campaign_key end
    ) as campaign_key
from leads
left join {{ ref("source_category") }} as categories on categories.source = lower(trim(leads.utm_source))
left join touched on touched.lead_key = leads.lead_key and touched.recency = 1
left join
    {{ ref("int_campaigns_tagged") }} as campaigns
    on campaigns.tag = lower(leads.declared_campaign)
    and (leads.declared_channel like 'Paid %' or leads.utm_medium is not null)
