{#-
  What must agree, side by side. A side that is missing is an error like a side that differs: null never passes. Checks of level `block`
  stop a publication; `warn` and `info` are shown.
-#}
{%- set levels = ["account", "campaign", "ad"] %}

with
    {%- for finer in ["campaign", "ad"] %}
        {%- set coarser = levels[loop.index0] %}
        {{ coarser }}_equals_{{ finer }} as (
            select
                date_day,
                account_key,
                {% for measure in ["spend", "impressions", "clicks"] %}
                    sum({{ coarser }}_{{ measure }}) as {{ coarser }}_{{ measure }},
                    sum({{ finer }}_{{ measure }}) as {{ finer }}_{{ measure }}{{ "," if not loop.last }}
                {%- endfor %}
            from
                (
                    {%- for level in [coarser, finer] %}
                        select
                            date_day,
                            account_key,
                            {% for measure in ["spend", "impressions", "clicks"] %}
                                {%- for side in [coarser, finer] %}
                                    {{ measure if side == level else "null" }}
                                    as {{ side }}_{{ measure }}{{ "," if not loop.last }}
                                {%- endfor %} {{ "," if not loop.last }}
                            {%- endfor %}
                        from {{ ref("stg_meta_ads__" ~ level ~ "_insights") }} {{ "union all" if not loop.last }}
                    {%- endfor %}
                ) as sides
            group by date_day, account_key
        ),
    {%- endfor %}

    models as (
        {%- for model in attribution_rules() %}
            select '{{ model }}' as attribution_model {{ "union all" if not loop.last }}
        {%- endfor %}
    ),

    ordered as (
        select date_day, sum(order_units) as orders, sum(revenue_reporting) as revenue
        from {{ ref("fct_order") }}
        where is_counted
        group by date_day
    ),

    spent as (select date_day, sum(spend_reporting) as spend from {{ ref("fct_ad_daily") }} group by date_day),

    expected as (
        select
            models.attribution_model,
            ordered.date_day,
            ordered.orders,
            ordered.revenue,
            cast(null as decimal(18, 6)) as spend
        from models
        cross join ordered
        union all
        select models.attribution_model, spent.date_day, 0, 0, spent.spend
        from models
        cross join spent
    ),

    attributed as (
        select
            attribution_model,
            date_day,
            sum(given_orders) as given_orders,
            sum(given_revenue) as given_revenue,
            sum(given_spend) as given_spend,
            sum(credited_orders) as credited_orders,
            sum(credited_revenue) as credited_revenue,
            sum(credited_spend) as credited_spend
        from
            (
                select
                    attribution_model,
                    date_day,
                    orders as given_orders,
                    revenue as given_revenue,
                    spend as given_spend,
                    null as credited_orders,
                    null as credited_revenue,
                    null as credited_spend
                from expected
                union all
                select attribution_model, date_day, null, null, null, orders, revenue, spend
                from {{ ref("attribution_daily") }}
            ) as sides
        group by attribution_model, date_day
    ),

    rejected as (
        select run_id, source_name, account_id, entity, count(*) as rows_kept
        from {{ ref("stg_multiball__rejected_rows") }}
        group by run_id, source_name, account_id, entity
    ),

    loads as (
        select
            run_id,
            source_name,
            account_id,
            entity,
            cast(max(_extracted_at) as date) as date_day,
            sum(rows_extracted) as extracted,
            sum(rows_landed + rows_unchanged + rows_rejected) as accounted,
            sum(rows_rejected) as rejected
        from {{ ref("stg_multiball__loads") }}
        group by run_id, source_name, account_id, entity
    ),

    staged as (
        select {{ reporting_day("ordered_at") }} as date_day, _source
        from {{ ref("stg_site__orders") }}
        union all
        select {{ reporting_day("ordered_at") }}, _source
        from {{ ref("stg_import__orders") }}
    ),

    kept as (
        select date_day, _source, count(*) as orders, sum(case when is_counted then 1 else 0 end) as counted
        from {{ ref("fct_order") }}
        group by date_day, _source
    ),

    arrived as (select date_day, _source, count(*) as orders from staged group by date_day, _source),

    events as (
        select
            {{ reporting_day("occurred_at") }} as date_day,
            _source,
            count(*) as events,
            sum(case when session_key is not null then 1 else 0 end) as in_sessions
        from {{ ref("int_events_sessionized") }}
        group by {{ reporting_day("occurred_at") }}, _source
    ),

    sessions as (
        select
            date_day,
            _source,
            count(*) as sessions,
            sum(case when is_bot then 0 else 1 end) as of_people,
            sum(case when is_bot or not is_stitched then 0 else 1 end) as stitched
        from {{ ref("fct_session") }}
        group by date_day, _source
    ),

    amounts as (
        select 'orders' as what, date_day, currency, revenue as amount, revenue_reporting as converted
        from {{ ref("fct_order") }}
        union all
        select 'deals', date_day, currency, amount, amount_reporting
        from {{ ref("fct_deal") }}
        union all
        select 'ad spend', date_day, currency, spend, spend_reporting
        from {{ ref("fct_ad_daily") }}
    ),

    rates as (
        select
            what || ', ' || coalesce(currency, 'no currency') as scope,
            date_day,
            count(amount) as amounts,
            count(converted) as converted
        from amounts
        where coalesce(currency, '') <> {{ reporting_currency() }}
        group by what || ', ' || coalesce(currency, 'no currency'), date_day
        having count(amount) <> count(converted)
    ),

    deals as (
        select date_day, _source, count(*) as deals, sum(case when is_before_lead then 0 else 1 end) as in_order
        from {{ ref("fct_deal") }}
        group by date_day, _source
        having sum(case when is_before_lead then 1 else 0 end) > 0
    ),

    {%- set checks = [] %}
    {%- for finer in ["campaign", "ad"] %}
        {%- set coarser = levels[loop.index0] %}
        {%- for measure in ["spend", "impressions", "clicks"] %}
            {%- do checks.append(
                (
                    coarser ~ "_equals_" ~ finer,
                    "platform_" ~ measure ~ "_" ~ coarser ~ "_equals_" ~ finer,
                    "account_key",
                    coarser ~ "_" ~ measure,
                    finer ~ "_" ~ measure,
                    "block",
                )
            ) %}
        {%- endfor %}
    {%- endfor %}
    {%- for measure in ["orders", "revenue", "spend"] %}
        {%- do checks.append(
            (
                "attributed",
                measure ~ "_equals_attributed",
                "attribution_model",
                "given_" ~ measure,
                "credited_" ~ measure,
                "block",
            )
        ) %}
    {%- endfor %}
    {%- do checks.extend(
        [
            (
                "loads",
                "rows_in_equals_kept_and_rejected",
                "source_name || ', ' || account_id || ', ' || entity || ', ' || run_id",
                "extracted",
                "accounted",
                "block",
            ),
            (
                "loads left join rejected using (run_id, source_name, account_id, entity)",
                "rejected_rows_are_kept",
                "source_name || ', ' || account_id || ', ' || entity || ', ' || run_id",
                "rejected",
                "coalesce(rows_kept, 0)",
                "warn",
            ),
            (
                "arrived left join kept using (date_day, _source)",
                "orders_arrived_equals_orders_kept",
                "_source",
                "arrived.orders",
                "kept.orders",
                "block",
            ),
            ("rates", "exchange_rate_is_known", "scope", "amounts", "converted", "warn"),
            ("deals", "deal_follows_its_lead", "_source", "deals", "in_order", "warn"),
            ("kept", "orders_without_test_and_cancelled", "_source", "orders", "counted", "info"),
            ("events", "events_in_sessions", "_source", "events", "in_sessions", "info"),
            ("sessions", "sessions_without_robots", "_source", "sessions", "of_people", "info"),
            ("sessions", "sessions_stitched_to_visitors", "_source", "of_people", "stitched", "info"),
        ]
    ) %}

    compared as (
        {%- for relation, name, scope, left, right, level in checks %}
            select
                date_day,
                '{{ name }}' as check_name,
                {{ scope }} as scope,
                cast({{ left }} as decimal(18, 6)) as left_value,
                cast({{ right }} as decimal(18, 6)) as right_value,
                '{{ level }}' as level
            from {{ relation }} {{ "union all" if not loop.last }}
        {%- endfor %}
    )

select
    date_day,
    check_name,
    scope,
    left_value,
    right_value,
    cast(coalesce(left_value, 0) - coalesce(right_value, 0) as decimal(18, 6)) as difference,
    case
        when level = 'info' or (left_value is null and right_value is null)
        then 'ok'
        when left_value = right_value
        then 'ok'
        else 'error'
    end as status,
    level
from compared
