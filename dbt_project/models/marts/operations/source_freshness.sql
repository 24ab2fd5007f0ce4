{%- set hours = var("freshness_hours") %}

with
    loads as (
        select
            source_name,
            account_id,
            entity,
            max(connector) as connector,
            max(case when is_of_file then 1 else 0 end) = 1 as is_of_file,
            count(*) as loads,
            max(_extracted_at) as last_extracted_at,
            max(window_end) as last_report_date,
            sum(rows_landed) as rows_landed,
            sum(rows_rejected) as rows_rejected
        from {{ ref("stg_multiball__loads") }}
        group by source_name, account_id, entity
    ),

    held as (
        select source_name, account_id, entity, count(*) as rows_held, min(_extracted_at) as held_since
        from {{ ref("stg_multiball__held_rows") }}
        group by source_name, account_id, entity
    ),

    expected as (
        select
            loads.*,
            case when not is_of_file then {{ dbt.dateadd("hour", hours, "last_extracted_at") }} end as expected_by,
            coalesce(held.rows_held, 0) as rows_held,
            held.held_since
        from loads
        left join
            held
            on loads.source_name = held.source_name
            and loads.account_id = held.account_id
            and loads.entity = held.entity
    )

select
    source_name,
    account_id,
    entity,
    connector,
    cast(loads as bigint) as loads,
    last_extracted_at,
    last_report_date,
    cast(rows_landed as bigint) as rows_landed,
    cast(rows_rejected as bigint) as rows_rejected,
    cast(expected_by as timestamp) as expected_by,
    coalesce(expected_by < {{ as_of() }}, false) as is_late,
    cast(rows_held as bigint) as rows_held,
    held_since
from expected
