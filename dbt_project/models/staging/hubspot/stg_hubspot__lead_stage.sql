{{ config(materialized="table") }}

with
    stages as (
        select entered.*, 'contact_stages' as _entity, leads.lead_id
        from {{ ref("stg_hubspot__stages_entered") }} as entered
        inner join
            {{ ref("stg_hubspot__lead") }} as leads
            on leads._source = entered._source
            and leads._account = entered._account
            and leads.lead_id = entered.contact_id
    )

    {{ as_canonical("lead_stage", "stages") }}
