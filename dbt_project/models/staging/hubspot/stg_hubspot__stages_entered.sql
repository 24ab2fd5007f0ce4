{#-
  The stages of a contact that was merged away go to the contact that is left; where both entered one at the same moment, it is one row. What a
  stage means is what the source's options say, else what HubSpot's own stages mean.
-#}
{{ config(materialized="table") }}

with
    entered as (
        select
            entered._source,
            entered._account,
            coalesce(merged_contact.surviving_id, entered.contact_id) as contact_id,
            entered.stage,
            entered.entered_at,
            max(entered._extracted_at) as _extracted_at
        from {{ ref("stg_hubspot__contact_stages") }} as entered
        left join {{ hubspot_merged("entered", "contact") }}
        group by
            entered._source,
            entered._account,
            coalesce(merged_contact.surviving_id, entered.contact_id),
            entered.stage,
            entered.entered_at
    )

select
    entered._source,
    entered._account,
    entered.contact_id,
    entered.stage,
    declared.label as stage_name,
    coalesce(declared.meaning, standard.meaning) as stage_meaning,
    entered.entered_at,
    entered._extracted_at
from entered
left join
    {{ ref("stg_hubspot__lifecycle_stages") }} as declared
    on declared._source = entered._source
    and declared._account = entered._account
    and declared.stage = entered.stage
left join {{ ref("hubspot_lifecycle_stage") }} as standard on standard.stage = entered.stage
