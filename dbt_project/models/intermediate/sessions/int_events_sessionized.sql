{#-
  Events with their sessions. A visitor's session ends after `session_timeout_minutes` (30) without an event; neither midnight nor a new
  campaign ends it, as in GA4. A session id that the source gives is kept. An event with neither visitor nor session id cannot be tied to
  others: the view that enters the site is a session of its own, any other one has no session.
-#}
with
    events as (
        select
            *,
            case
                when known_session_id is not null
                then _source || ':' || site_id || ':' || coalesce(visitor_key, '') || ':' || known_session_id
                when visitor_key is not null
                then _source || ':' || visitor_key
                when
                    event_name = 'page_view'
                    and (
                        evidence <> 'nothing' or {{ url_host("referrer") }} is distinct from {{ url_host("page_url") }}
                    )
                then event_key
            end as thread
        from {{ ref("int_events_traced") }}
    ),

    followed as (
        select *, lag(occurred_at) over (partition by thread order by occurred_at, event_key) as previous_at from events
    ),

    bounded as (
        select
            *,
            case
                when previous_at is null
                then 1
                when known_session_id is not null
                then 0
                when occurred_at >= {{ dbt.dateadd("minute", var("session_timeout_minutes"), "previous_at") }}
                then 1
                else 0
            end as starts_session
        from followed
    ),

    numbered as (
        select
            *,
            sum(starts_session) over (
                partition by thread order by occurred_at, event_key rows between unbounded preceding and current row
            ) as thread_session
        from bounded
    )

select
    _source,
    _account,
    _entity,
    event_key,
    case
        when thread is not null
        then first_value(event_key) over (partition by thread, thread_session order by occurred_at, event_key)
    end as session_key,
    site_id,
    visitor_id,
    user_id,
    visitor_key,
    customer_ref,
    event_name,
    page_url,
    page_path,
    referrer,
    evidence,
    traffic_source,
    traffic_medium,
    traffic_campaign,
    ad_channel,
    traffic_content,
    traffic_term,
    click_id_name,
    click_id,
    product_id,
    search_term,
    order_id,
    load_ms,
    consent_analytics,
    consent_ads,
    is_bot,
    occurred_at
from numbered
