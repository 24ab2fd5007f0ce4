{#-
  A contact that was merged away or permanently deleted ends. A stage that neither HubSpot nor the source's options define is shown, and does not make a
  lead.
-#}
{{ config(materialized="table") }}

with
    contacts as ({{ hubspot_kept("contact") }}),

    reached as (
        select
            _source,
            _account,
            contact_id,
            min(case when stage_meaning in ('lead', 'qualified') then entered_at end) as became_lead_at,
            min(case when stage_meaning = 'qualified' then entered_at end) as qualified_at,
            min(case when stage_meaning is null then stage end) as unknown_stage
        from {{ ref("stg_hubspot__stages_entered") }}
        group by _source, _account, contact_id
    )

select
    contacts.*,
    reached.became_lead_at,
    reached.qualified_at,
    coalesce(declared.meaning, standard.meaning) as stage_meaning,
    coalesce(
        case when coalesce(declared.meaning, standard.meaning) is null then contacts.lifecycle_stage end,
        reached.unknown_stage
    ) as unknown_stage
from contacts
left join
    reached
    on reached._source = contacts._source
    and reached._account = contacts._account
    and reached.contact_id = contacts.contact_id
left join
    {{ ref("stg_hubspot__lifecycle_stages") }} as declared
    on declared._source = contacts._source
    and declared._account = contacts._account
    and declared.stage = contacts.lifecycle_stage
left join {{ ref("hubspot_lifecycle_stage") }} as standard on standard.stage = contacts.lifecycle_stage
