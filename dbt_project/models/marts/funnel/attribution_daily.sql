{#-
  Credits and spend stand side by side: spend that won nothing keeps its row under every model, and so do orders that nothing was spent on.
-#}
with
    credited as (
        select
            date_day,
            attribution_model,
            channel,
            campaign_key,
            campaign,
            sum(credited_orders) as orders,
            sum(credited_revenue) as revenue,
            cast(null as decimal(18, 6)) as spend
        from {{ ref("int_orders_credited") }}
        group by date_day, attribution_model, channel, campaign_key, campaign
    ),

    spent as (
        {% for model in attribution_rules() %}
            select
                date_day,
                '{{ model }}' as attribution_model,
                channel,
                campaign_key,
                campaign,
                cast(0 as decimal(18, 6)) as orders,
                cast(0 as decimal(18, 6)) as revenue,
                spend
            from {{ ref("int_spend_channelled") }} {{ "union all" if not loop.last }}
        {% endfor %}
    ),

    unioned as (
        select *
        from credited
        union all
        select *
        from spent
    ),

    summed as (
        select
            date_day,
            attribution_model,
            channel,
            campaign_key,
            campaign,
            cast(sum(orders) as decimal(18, 6)) as orders,
            cast(sum(revenue) as decimal(18, 6)) as revenue,
            cast(sum(spend) as decimal(18, 6)) as spend
        from unioned
        group by date_day, attribution_model, channel, campaign_key, campaign
    )

select *, {{ reporting_currency() }} as currency, {{ ratio("revenue", "spend") }} as roas
from summed
