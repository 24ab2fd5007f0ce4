with
    sources as (
        select
            source_name,
            max(case when is_late then 1 else 0 end) as is_late,
            sum(rows_rejected) as rows_rejected,
            sum(rows_held) as rows_held
        from {{ ref("source_freshness") }}
        group by source_name
    ),

    loaded as (
        select
            count(*) as sources,
            sum(is_late) as late_sources,
            sum(rows_rejected) as rejected_rows,
            sum(rows_held) as held_rows
        from sources
    ),

    checked as (
        select count(distinct check_name) as failed_checks from {{ ref("reconciliation_daily") }} where status = 'error'
    )

select
    {{ as_of() }} as as_of,
    cast({{ dbt.dateadd("hour", var("freshness_hours"), as_of()) }} as timestamp) as next_due_at,
    cast(loaded.sources as bigint) as sources,
    cast(coalesce(loaded.late_sources, 0) as bigint) as late_sources,
    cast(checked.failed_checks as bigint) as failed_checks,
    cast(coalesce(loaded.rejected_rows, 0) as bigint) as rejected_rows,
    cast(coalesce(loaded.held_rows, 0) as bigint) as held_rows
from loaded
cross join checked
