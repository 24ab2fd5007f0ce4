{#-
  What must agree, side by side: each check sums two sides by day and scope. A side that is missing counts as 0, so that a missing account is
  an error like one that differs. Those of the macro marts_against_raw compare the marts with raw. Checks of level `block` stop a publication; `warn` and `info` are shown, and `info` is never an error.
  A platform continues to count a day between the requests for its accounts, campaigns and ads, and settles what it spent within three days of
  its end. So a difference between those (`block_settled`) blocks only once the day was pulled five days later, which is three days after its
  end in every time zone; until then it is a warning.
  A platform rounds the spend of each row by itself, so that each amount of either side may be half a smallest coin away from what it was.
-#}
{%- set settled_after_days = 5 %}
{%- set tolerances = {"spend": "sum(case when spend is not null then " ~ half_a_coin("currency") ~ " end)"} %}
{%- set load = "source_name || ', ' || account_id || ', ' || entity || ', ' || run_id" %}
{%- set load_day = "cast(_extracted_at as date)" %}
{%- set order_day = reporting_day("ordered_at") %}
{%- set event_day = reporting_day("occurred_at") %}
{%- set foreign = "coalesce(currency, '') <> " ~ reporting_currency() %}
{%- set currency = "coalesce(currency, 'no currency')" %}
{%- set checks = [] %}

{#- check, level, then for each side: relation, day, scope, sum, condition; then how far each side may be off, where it may be -#}
{%- for coarser, finer in [("account", "campaign"), ("account", "ad"), ("campaign", "ad")] %}
    {%- for measure in ["spend", "impressions", "clicks"] %}
        {%- do checks.append(
            (
                "platform_" ~ measure ~ "_" ~ coarser ~ "_equals_" ~ finer,
                "block_settled",
                (
                    "levels",
                    "date_day",
                    "account_key",
                    "sum(" ~ measure ~ ")",
                    "level = '" ~ coarser ~ "' and finer_level = '" ~ finer ~ "'",
                ),
                (
                    "levels",
                    "date_day",
                    "account_key",
                    "sum(" ~ measure ~ ")",
                    "level = '" ~ finer ~ "' and coarser_level = '" ~ coarser ~ "'",
                ),
                tolerances.get(measure, "0"),
            )
        ) %}
    {%- endfor %}
{%- endfor %}

{%- set unmatched = ref("int_identifiers_unmatched") %}
{%- set field = "_source || ', ' || field" %}
{#- the site of such orders is not the one that its visitors were seen on, because the import names no account, or another -#}
{%- set elsewhere = (
    "(select * from "
    ~ ref("int_orders_assessed")
    ~ " where visitor_key is not null and _account not in (select site_id from "
    ~ ref("int_events_sessionized")
    ~ ") and visitor_id in (select visitor_id from "
    ~ ref("int_events_sessionized")
    ~ " where visitor_key is not null)) as orders_elsewhere"
) %}
{%- set today = reporting_day(as_of()) %}
{%- do checks.extend(
    [
        (
            "identifiers_identify_somebody",
            "info",
            (unmatched, "date_day", field, "sum(given)", "true"),
            (unmatched, "date_day", field, "sum(known)", "true"),
        ),
        (
            "identifiers_are_not_shared_by_many",
            "warn",
            (ref("int_identifiers_shared"), today, "identifier", "count(*)", "true"),
            (ref("int_identifiers_shared"), today, "identifier", "0", "true"),
        ),
        (
            "visitors_of_orders_are_of_their_site",
            "warn",
            (elsewhere, "date_day", "_source || ', ' || _account", "count(*)", "true"),
            (elsewhere, "date_day", "_source || ', ' || _account", "0", "true"),
        ),
    ]
) %}

{%- set per_model = " cross join models" %}
{%- for measure, given, credited, condition in [
    ("orders", ref("fct_order"), "order_units", "is_counted"),
    ("revenue", ref("fct_order"), "revenue_reporting", "is_counted"),
    ("refunds", ref("fct_order"), "refunds_reporting", "is_counted"),
    ("net_revenue", ref("fct_order"), "net_revenue_reporting", "is_counted"),
    ("spend", ref("fct_ad_daily"), "spend_reporting", "true"),
] %}
    {%- do checks.append(
        (
            measure ~ "_equals_attributed",
            "block",
            (given ~ per_model, "date_day", "attribution_model", "sum(" ~ credited ~ ")", condition),
            (ref("attribution_daily"), "date_day", "attribution_model", "sum(" ~ measure ~ ")", "true"),
        )
    ) %}
{%- endfor %}

{%- for mart, amount in [("fct_order", "revenue"), ("fct_deal", "amount"), ("fct_ad_daily", "spend")] %}
    {%- set scope = "'" ~ mart ~ ", ' || " ~ currency %}
    {%- do checks.append(
        (
            "exchange_rate_is_known",
            "warn",
            (ref(mart), "date_day", scope, "count(" ~ amount ~ ")", foreign),
            (ref(mart), "date_day", scope, "count(" ~ amount ~ "_reporting)", foreign),
        )
    ) %}
{%- endfor %}

{%- do checks.append(
    (
        "orders_arrived_equals_orders_kept",
        "block",
        (ref("order"), order_day, "_source", "count(*)", "true"),
        (ref("fct_order"), "date_day", "_source", "count(*)", "true"),
    )
) %}

{%- set order_scope = "_source || ', ' || " ~ currency %}
{%- set state_scope = "_source || ', ' || coalesce(status, 'no state')" %}
{%- set over_refunded = "is_counted and not is_return and coalesce(refunds, 0) > coalesce(revenue, 0)" %}
{%- do checks.extend(
    [
        (
            "net_revenue_equals_source",
            "block",
            ("staged_orders", "date_day", order_scope, "sum(net_amount)", "true"),
            (ref("fct_order"), "date_day", order_scope, "sum(net_revenue)", "is_counted"),
        ),
        (
            "order_state_is_known",
            "warn",
            (ref("fct_order"), "date_day", state_scope, "count(*)", "order_state = 'unknown'"),
            (ref("fct_order"), "date_day", state_scope, "count(*)", "false"),
        ),
        (
            "refunds_within_revenue",
            "warn",
            (ref("fct_order"), "date_day", order_scope, "sum(refunds)", over_refunded),
            (ref("fct_order"), "date_day", order_scope, "sum(coalesce(revenue, 0))", over_refunded),
        ),
        (
            "refund_amount_is_known",
            "warn",
            (ref("fct_order"), "date_day", order_scope, "count(*)", "order_state = 'partly_refunded'"),
            (
                ref("fct_order"),
                "date_day",
                order_scope,
                "count(*)",
                "order_state = 'partly_refunded' and coalesce(refunds, 0) > 0",
            ),
        ),
    ]
) %}

{%- set loads, rejected = ref("stg_multiball__loads"), ref("stg_multiball__rejected_rows") %}
{%- set held = ref("stg_multiball__held_rows") %}
{%- set account_entity = "source_name || ', ' || account_id || ', ' || entity" %}
{#- so that what a load lacked is an error until the next load of its kind, not for ever -#}
{%- set newest_loads %}
    (
        select
            *,
            row_number() over (
                partition by source_name, account_id, entity order by _extracted_at desc, window_end desc, run_id desc
            ) as load_rank
        from {{ loads }}
    ) as newest_loads
{%- endset %}
{%- set newest_with_rows = "load_rank = 1 and rows_known > 0" %}
{%- set answered = "sum(case when rows_extracted > 0 then rows_known else 0 end)" %}
{%- set accounted = "sum(rows_landed + rows_unchanged + rows_rejected)" %}
{%- set events, sessions = ref("int_events_sessionized"), ref("fct_session") %}
{%- set people, stitched = "not is_bot", "not is_bot and is_stitched" %}
{%- do checks.extend(
    [
        (
            "rows_in_equals_kept_and_rejected",
            "block",
            (loads, load_day, load, "sum(rows_extracted)", "true"),
            (loads, load_day, load, accounted, "true"),
        ),
        (
            "rejected_rows_are_kept",
            "warn",
            (loads, load_day, load, "sum(rows_rejected)", "true"),
            (rejected, load_day, load, "count(*)", "true"),
        ),
        (
            "no_answer_is_empty_where_rows_were",
            "warn",
            (newest_loads, load_day, account_entity, "sum(rows_known)", newest_with_rows),
            (newest_loads, load_day, account_entity, answered, newest_with_rows),
        ),
        (
            "no_deletion_is_held",
            "warn",
            (held, load_day, account_entity, "count(*)", "true"),
            (held, load_day, account_entity, "count(*)", "false"),
        ),
        (
            "lifecycle_stage_is_known",
            "warn",
            (
                ref("contact"),
                reporting_day("created_at"),
                "_source || ', ' || unknown_stage",
                "count(*)",
                "unknown_stage is not null",
            ),
            (ref("contact"), reporting_day("created_at"), "_source", "count(*)", "false"),
        ),
        (
            "deal_state_is_known",
            "warn",
            (
                ref("int_deals_matched"),
                "date_day",
                "_source || ', ' || unknown_state",
                "count(*)",
                "unknown_state is not null",
            ),
            (ref("int_deals_matched"), "date_day", "_source", "count(*)", "false"),
        ),
        (
            "deal_follows_its_lead",
            "warn",
            (ref("fct_deal"), "date_day", "_source", "count(*)", "true"),
            (ref("fct_deal"), "date_day", "_source", "count(*)", "not is_before_lead"),
        ),
        (
            "orders_that_count",
            "info",
            (ref("fct_order"), "date_day", "_source", "count(*)", "true"),
            (ref("fct_order"), "date_day", "_source", "count(*)", "is_counted"),
        ),
        (
            "events_in_sessions",
            "info",
            (events, event_day, "_source", "count(*)", "true"),
            (events, event_day, "_source", "count(*)", "session_key is not null"),
        ),
        (
            "sessions_without_robots",
            "info",
            (sessions, "date_day", "_source", "count(*)", "true"),
            (sessions, "date_day", "_source", "count(*)", people),
        ),
        (
            "sessions_stitched_to_visitors",
            "info",
            (sessions, "date_day", "_source", "count(*)", people),
            (sessions, "date_day", "_source", "count(*)", stitched),
        ),
    ]
) %}

with
    -- what a source counts of one account by levels; each level is compared with the next finer one that the source has
    counted as (
        select _source, _account, level, date_day, account_key, currency, spend, impressions, clicks
        from {{ staged("ad_total_day") }} as totals
        union all
        select _source, _account, 'ad', date_day, account_key, currency, spend, impressions, clicks
        from {{ staged("ad_day") }} as ads
    ),

    sources_of_levels as (
        select
            _source,
            max(case when level = 'account' then 1 else 0 end) as has_accounts,
            max(case when level = 'campaign' then 1 else 0 end) as has_campaigns,
            max(case when level = 'ad' then 1 else 0 end) as has_ads
        from counted
        group by _source
        having max(case when level <> 'ad' then 1 else 0 end) = 1
    ),

    levels as (
        select
            counted.*,
            case
                when counted.level = 'account' and has_campaigns = 1
                then 'campaign'
                when counted.level <> 'ad' and has_ads = 1
                then 'ad'
            end as finer_level,
            case
                when counted.level = 'campaign' and has_accounts = 1
                then 'account'
                when counted.level = 'ad' and has_campaigns = 1
                then 'campaign'
                when counted.level = 'ad'
                then 'account'
            end as coarser_level
        from counted
        inner join sources_of_levels on sources_of_levels._source = counted._source
    ),

    models as (
        {%- for model in attribution_rules() %}
            select '{{ model }}' as attribution_model {{ "union all" if not loop.last }}
        {%- endfor %}
    ),

    -- what the sources themselves say, by arithmetic of its own; of the marts it takes only which orders count
    staged_orders as (
        select
            orders._source,
            orders.date_day,
            orders.currency,
            case
                when arrived.revenue < 0 or arrived.quantity < 0
                then - greatest(abs(coalesce(arrived.revenue, 0)), abs(coalesce(arrived.refunded, 0)))
                when orders.order_state = 'refunded' and coalesce(arrived.refunded, 0) = 0
                then 0
                else coalesce(arrived.revenue, 0) - abs(coalesce(arrived.refunded, 0))
            end as net_amount
        from {{ raw_side("order", ["_source", "_account", "order_id", "revenue", "refunded", "quantity"]) }} as arrived
        inner join
            {{ ref("fct_order") }} as orders
            on orders._source = arrived._source
            and orders._account = arrived._account
            and orders.order_id = arrived.order_id
            and orders.is_counted
    ),

    sides as (
        {%- for check in checks %}
            {%- for relation, day, scope, measure, condition in check[2:4] %}
                select
                    {{ day }} as date_day,
                    '{{ check[0] }}' as check_name,
                    '{{ check[1] }}' as level,
                    {{ scope }} as scope,
                    cast({{ measure if loop.first else "null" }} as decimal(18, 6)) as left_value,
                    cast({{ measure if loop.last else "null" }} as decimal(18, 6)) as right_value,
                    cast({{ check[4] | default("0") }} as decimal(18, 6)) as tolerance,
                    cast(null as {{ dbt.type_string() }}) as raw_side
                from {{ relation }}
                where {{ condition }}
                group by {{ day }}, {{ scope }}
                union all
            {%- endfor %}
        {%- endfor %}
        select
            date_day,
            check_name,
            level,
            scope,
            left_value,
            right_value,
            cast(0 as decimal(18, 6)) as tolerance,
            raw_side
        from ({{ marts_against_raw() }}) as against_raw
    ),

    compared as (
        select
            date_day,
            check_name,
            scope,
            level,
            cast(sum(left_value) as decimal(18, 6)) as left_value,
            cast(sum(right_value) as decimal(18, 6)) as right_value,
            cast(coalesce(sum(left_value), 0) - coalesce(sum(right_value), 0) as decimal(18, 6)) as difference,
            cast(sum(tolerance) as decimal(18, 6)) as tolerance,
            max(raw_side) as raw_side  -- of several sources the weaker: `staging` sorts after `raw`
        from sides
        group by date_day, check_name, scope, level
    ),

    settled as (
        select distinct days.account_key, days.date_day
        from levels as days
        inner join
            {{ loads }} as loads
            on days._source = loads.source_name
            and days._account = loads.account_id
            and days.date_day between loads.window_start and loads.window_end
            and cast(loads._extracted_at as date) >= {{ date_add("days.date_day", settled_after_days) }}
    )

select
    compared.date_day,
    check_name,
    scope,
    left_value,
    right_value,
    difference,
    tolerance,
    case when level = 'info' or abs(difference) <= tolerance then 'ok' else 'error' end as status,
    case when level <> 'block_settled' then level when settled.date_day is null then 'warn' else 'block' end as level,
    raw_side
from compared
left join settled on compared.scope = settled.account_key and compared.date_day = settled.date_day
