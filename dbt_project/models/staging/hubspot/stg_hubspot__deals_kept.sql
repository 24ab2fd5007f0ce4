{#-
  A deal that was merged away or deleted for good ends. It belongs to the contact that its own was merged into. Won and lost come from the stage's
  own flags, else by the deal's; a deal with neither is unknown, and a stage that is in no pipeline is shown.
-#}
{{ config(materialized="table") }}

with
    deals as ({{ hubspot_kept("deal") }}),

    kept as (
        select
            deals.*,
            stages.stage_id is null as is_stage_unknown,
            stages.is_closed as stage_is_closed,
            stages.stage_meaning,
            coalesce(merged_contact.surviving_id, deals.contact_id) as surviving_contact_id
        from deals
        left join {{ hubspot_merged("deals", "contact") }}
        left join
            {{ ref("stg_hubspot__pipeline_stages") }} as stages
            on stages._source = deals._source
            and stages._account = deals._account
            and stages.pipeline_id = deals.pipeline_id
            and stages.stage_id = deals.stage_id
    )

select
    _source,
    _account,
    deal_id,
    surviving_contact_id as contact_id,
    pipeline_id,
    stage_id,
    deal_name,
    analytics_source,
    amount,
    currency,
    case
        when stage_meaning is not null
        then stage_meaning
        when is_won
        then 'won'
        when is_closed
        then 'lost'
        when not is_closed
        then 'open'
        else 'unknown'
    end as status,
    case
        when stage_id is not null and is_stage_unknown
        then coalesce(pipeline_id, 'no pipeline') || ', ' || stage_id
        when stage_is_closed is null and is_closed is null and is_won is null
        then 'no stage'
    end as unknown_state,
    is_archived,
    created_at,
    modified_at,
    closed_at,
    _extracted_at
from kept
