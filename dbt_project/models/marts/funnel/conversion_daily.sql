{#- Each part counts one kind of thing on its own day; `origin` is separated where a lead or a deal has one. -#}
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
    "refunds",
    "net_revenue",
    "margin",
    "spend",
] %}
{%- set money = ["won_amount", "revenue", "refunds", "net_revenue", "margin", "spend"] %}
{#- A count is 0 only on days that the fact is known of. Revenue is 0 where no order was counted on a day that revenue is known of. -#}
{%- set counted_from = {
    "sessions": "sessions",
    "engaged_sessions": "sessions",
    "leads": "leads",
    "qualified_leads": "leads",
    "won_deals": "deals",
    "orders": "orders",
    "new_customers": "orders",
} %}
{%- set facts = ["sessions", "leads", "deals", "orders", "revenue"] %}
{%- set all_facts = ["session", "lead", "deal", "order", "ad"] %}
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
    ("fct_lead", "date_day", "origin", "not is_archived", {"leads": "count(*)"}),
    (
        "fct_lead",
        "qualified_date",
        "origin",
        "is_qualified and not is_archived",
        {"qualified_leads": "count(*)"},
    ),
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
            "refunds": "sum(refunds_reporting)",
            "net_revenue": "sum(net_revenue_reporting)",
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
                cast(sum({{ measure }}) as {{ "decimal(18, 6)" if measure in money else "bigint" }}) as {{ measure }},
            {%- endfor %}
            {{ reporting_currency() }} as currency
        from counted
        group by date_day, channel, campaign_key, campaign, origin
    ),

    known as (
        select
            summed.date_day,
            summed.channel,
            summed.campaign_key,
            summed.campaign,
            summed.origin,
            {%- for measure in measures %}
                {%- if measure in counted_from %}
                    coalesce(
                        summed.{{ measure }}, case when {{ counted_from[measure] }}.fact is not null then 0 end
                    ) as {{ measure }},
                {%- elif measure in ["revenue", "net_revenue"] %}
                    cast(
                        coalesce(
                            summed.{{ measure }},
                            case when revenue.fact is not null and coalesce(summed.orders, 0) = 0 then 0 end
                        ) as decimal(18, 6)
                    ) as {{ measure }},
                {%- else %} summed.{{ measure }},
                {%- endif %}
            {%- endfor %}
            summed.currency
        from summed
        {%- for fact in facts %}
            left join
                {{ ref("int_facts_covered") }} as {{ fact }}
                on {{ fact }}.fact = '{{ fact }}'
                and summed.date_day between {{ fact }}.first_day and {{ fact }}.last_day
        {%- endfor %}
    ),

    days_known as (
        select
            date_day
            {%- for fact in all_facts %}
                , max(case when fact = '{{ fact }}' and is_known then 1 else 0 end) = 1 as is_{{ fact }}_known
            {%- endfor %}
        from {{ ref("int_fact_days_known") }}
        group by date_day
    ),

    -- what is spent outside campaigns is set against the orders of its channel that no campaign is known of;
    -- on days without known orders, the result of advertising is unknown
    advertised as (
        select
            known.*,
            {%- for fact in all_facts %}
                coalesce(days_known.is_{{ fact }}_known, false) as is_{{ fact }}_known,
            {%- endfor %}
            max(case when known.spend is not null then 1 else 0 end) over (
                partition by known.campaign_key, case when known.campaign_key is null then known.channel end
            )
            = 1 as is_advertised
        from known
        left join days_known on known.date_day = days_known.date_day
    )

select
    date_day,
    channel,
    campaign_key,
    campaign,
    origin,
    {%- for measure in measures %} {{ measure }}, {%- endfor %}
    cast(case when is_advertised then revenue end as decimal(18, 6)) as advertised_revenue,
    {%- for fact in all_facts %} is_{{ fact }}_known, {%- endfor %}
    currency
from advertised
