{#-
  The touches of identifiable visitors: their sessions, without robots. Direct visits are touches too; each also names the last
  visit of the visitor that was not direct, if that is not older than `attribution_window_days` (90).
-#}
with
    sessions as (
        select *, evidence = 'nothing' as is_direct
        from {{ ref("int_sessions_built") }}
        where is_stitched and not is_bot
    ),

    identified as (
        select sessions.*, records.customer_key, records.visitor_key as own_visitor_key
        from sessions
        left join
            {{ ref("int_records_identified") }} as records
            on records.record_kind = 'visitor'
            and records.record_key = sessions.visitor_key
    ),

    counted as (
        select
            *,
            sum(case when is_direct then 0 else 1 end) over (
                partition by coalesce(customer_key, own_visitor_key, session_key)
                order by started_at, session_key
                rows unbounded preceding
            ) as non_direct_so_far
        from identified
    ),

    remembered as (
        select
            *,
            first_value(session_key) over (
                partition by coalesce(customer_key, own_visitor_key, session_key), non_direct_so_far
                order by started_at, session_key
            ) as candidate_touch_key,
            first_value(started_at) over (
                partition by coalesce(customer_key, own_visitor_key, session_key), non_direct_so_far
                order by started_at, session_key
            ) as candidate_touched_at
        from counted
    )

select
    session_key as touch_key,
    customer_key,
    visitor_id,
    own_visitor_key as visitor_key,
    started_at as touched_at,
    date_day,
    channel,
    campaign,
    campaign_key,
    traffic_source,
    traffic_medium,
    evidence,
    click_id_name,
    click_id,
    is_direct,
    case
        when
            non_direct_so_far > 0
            and candidate_touched_at >= {{ dbt.dateadd("day", "-" ~ var("attribution_window_days"), "started_at") }}
        then candidate_touch_key
    end as last_non_direct_touch_key
from remembered
