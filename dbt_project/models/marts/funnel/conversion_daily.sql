{#- Each part counts one kind of thing on its own day; `origin` is told apart where a lead or a deal has one. -#}
{%- set measures = [
    "sessions",
    "engaged_sessions",
    "leads",
    "qualified_leads",
    "won_deals",
    "won_amount",
    "orders",
    "new_customers",
    "revenue",
    "margin",
    "spend",
] %}
{%- set money = ["won_amount", "revenue", "margin", "spend"] %}
{%- set parts = [
    (
        "fct_session",
        "date_day",
        "cast(null as " ~ dbt.type_string() ~ ")",
        "not is_bot",
        {
            "sessions": "count(*)",
            "engaged_sessions": "sum(case when is_engaged then 1 else 0 end)",
        },
    ),
    ("fct_lead", "date_day", "origin", "true", {"leads": "count(*)"}),
    ("fct_lead", "qualified_date", "origin", "is_qualified", {"qualified_leads": "count(*)"}),
    (
        "fct_deal",
        "date_day",
        "origin",
        "is_won",
        {"won_deals": "count(*)", "won_amount": "sum(amount_reporting)"},
    ),
    (
        "fct_order",
        "date_day",
        "cast(null as " ~ dbt.type_string() ~ ")",
        "is_counted",
        {
            "orders": "sum(order_units)",
            "new_customers": "sum(case when is_new_customer then 1 else 0 end)",
            "revenue": "sum(revenue_reporting)",
            "margin": "sum(margin_reporting)",
        },
    ),
    (
        "int_spend_channelled",
        "date_day",
        "cast(null as " ~ dbt.type_string() ~ ")",
        "true",
        {"spend": "sum(spend)"},
    ),
] %}

with
    counted as (
        {% for mart, day, origin, condition, counts in parts %}
            select
                {{ day }} as date_day,
                channel,
                campaign_key,
                campaign,
                {{ origin }} as origin,
                {%- for measure in measures %}
                    cast(
                        {{ counts.get(measure, "null") }} as {{ "decimal(18, 6)" if measure in money else "bigint" }}
                    ) as {{ measure }}
                    {{- "," if not loop.last }}
                {%- endfor %}
            from {{ ref(mart) }}
            where {{ condition }}
            group by
                {{ day }},
                channel,
                campaign_key,
                campaign{{ ", origin" if origin == "origin" }}
                {{ "union all" if not loop.last }}
        {% endfor %}
    ),

    summed as (
        select
            date_day,
            channel,
            campaign_key,
            campaign,
            origin,
            {%- for measure in measures %}
                cast(
                    {{ "sum(" ~ measure ~ ")" if measure in money else "coalesce(sum(" ~ measure ~ "), 0)" }}
                    as {{- " decimal(18, 6)" if measure in money else " bigint" }}
                ) as {{ measure }},
            {%- endfor %}
            {{ reporting_currency() }} as currency
        from counted
        group by date_day, channel, campaign_key, campaign, origin
    ),

    -- what is spent outside campaigns is set against the orders of its channel that no campaign is known of;
    -- before the first order that is known, nothing can be said of what advertising brought
    advertised as (
        select
            *,
            max(case when spend is not null then 1 else 0 end) over (
                partition by campaign_key, case when campaign_key is null then channel end
            )
            = 1 as is_advertised,
            date_day >= min(case when revenue is not null then date_day end) over () as has_orders
        from summed
    )

select
    date_day,
    channel,
    campaign_key,
    campaign,
    origin,
    {%- for measure in measures %} {{ measure }}, {%- endfor %}
    cast(
        case when is_advertised then coalesce(revenue, case when has_orders then 0 end) end as decimal(18, 6)
    ) as advertised_revenue,
    currency
from advertised
