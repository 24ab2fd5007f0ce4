{#-
  The stages of a deal that was merged away or permanently deleted end with it. A stage of another pipeline, which the deal was in before, has neither a
  name nor a meaning: an id of a stage says nothing without its pipeline, and a deal names the present one alone.
-#}
{{ config(materialized="table") }}

with
    stages as (
        select
            entered._source,
            entered._account,
            'deal_stages' as _entity,
            entered._extracted_at,
            entered.deal_id,
            entered.stage_id as stage,
            stages.stage_label as stage_name,
            stages.stage_meaning,
            entered.entered_at
        from {{ ref("stg_hubspot__deal_stages") }} as entered
        inner join
            {{ ref("stg_hubspot__deals_kept") }} as deals
            on deals._source = entered._source
            and deals._account = entered._account
            and deals.deal_id = entered.deal_id
        left join
            {{ ref("stg_hubspot__pipeline_stages") }} as stages
            on stages._source = deals._source
            and stages._account = deals._account
            and stages.pipeline_id = deals.pipeline_id
            and stages.stage_id = entered.stage_id
    )

    {{ as_canonical("deal_stage", "stages") }}
