{#-
  Six stages, each counted in one unit: what people saw or did on the web (`volume`), and what the sales team counts in addition
  (`crm_volume`). The two are never added to each other.
-#}
{%- set stages = ["awareness", "interest", "consideration", "intent", "purchase", "loyalty"] %}
{%- set parts = [
    ("awareness", "int_spend_channelled", "date_day", "true", "sum(impressions)", "null"),
    ("awareness", "int_organic_views_channelled", "date_day", "true", "sum(impressions)", "null"),
    ("interest", "fct_session", "date_day", "not is_bot", "count(*)", "null"),
    (
        "consideration",
        "fct_session",
        "date_day",
        "not is_bot and product_views + searches > 0",
        "count(*)",
        "null",
    ),
    ("consideration", "fct_lead", "date_day", "not is_archived", "null", "count(*)"),
    (
        "intent",
        "fct_session",
        "date_day",
        "not is_bot and cart_additions + checkouts > 0",
        "count(*)",
        "null",
    ),
    ("intent", "fct_lead", "qualified_date", "is_qualified and not is_archived", "null", "count(*)"),
    ("purchase", "fct_order", "date_day", "is_counted", "sum(order_units)", "null"),
    ("purchase", "fct_deal", "date_day", "is_won", "null", "count(*)"),
    (
        "loyalty",
        "fct_order",
        "date_day",
        "is_counted and order_number_of_customer > 1",
        "sum(order_units)",
        "null",
    ),
] %}

with
    counted as (
        {% for stage, model, day, condition, volume, crm_volume in parts %}
            select
                {{ day }} as date_day,
                channel,
                campaign_key,
                campaign,
                {{ stages.index(stage) + 1 }} as stage_number,
                cast({{ volume }} as bigint) as volume,
                cast({{ crm_volume }} as bigint) as crm_volume
            from {{ ref(model) }}
            where {{ condition }}
            group by {{ day }}, channel, campaign_key, campaign {{ "union all" if not loop.last }}
        {% endfor %}
    ),

    summed as (
        select
            date_day,
            channel,
            campaign_key,
            campaign,
            stage_number,
            cast(sum(volume) as bigint) as volume,
            cast(sum(crm_volume) as bigint) as crm_volume
        from counted
        group by date_day, channel, campaign_key, campaign, stage_number
    )

select
    now.date_day,
    now.channel,
    now.campaign_key,
    now.campaign,
    case
        now.stage_number {%- for stage in stages %} when {{ loop.index }} then '{{ stage }}' {%- endfor %}
    end as stage,
    cast(now.stage_number as bigint) as stage_number,
    now.volume,
    now.crm_volume,
    before.volume as previous_volume,
    {{ ratio("now.volume", "before.volume") }} as step_rate
from summed as now
left join
    summed as before
    on before.date_day = now.date_day
    and before.channel = now.channel
    and coalesce(before.campaign_key, '') = coalesce(now.campaign_key, '')
    and coalesce(before.campaign, '') = coalesce(now.campaign, '')
    and before.stage_number = now.stage_number - 1
