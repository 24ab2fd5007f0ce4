{#-
  Credits and spend are joined on both sides: spend that won nothing keeps its row under every model, and so do orders that nothing was spent on.
  The result of spend on days without known orders is unknown.
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
            sum(credited_refunds) as refunds,
            cast(null as decimal(18, 6)) as spend
        from {{ ref("int_orders_credited") }}
        group by date_day, attribution_model, channel, campaign_key, campaign
    ),

    spent as (
        {% for model in attribution_rules() %}
            select
                spends.date_day,
                '{{ model }}' as attribution_model,
                spends.channel,
                spends.campaign_key,
                spends.campaign,
                cast(case when orders.fact is not null then 0 end as decimal(18, 6)) as orders,
                cast(case when revenue.fact is not null then 0 end as decimal(18, 6)) as revenue,
                cast(null as decimal(18, 6)) as refunds,
                spends.spend
            from {{ ref("int_spend_channelled") }} as spends
            {%- for fact in ["orders", "revenue"] %}
                left join
                    {{ ref("int_facts_covered") }} as {{ fact }}
                    on {{ fact }}.fact = '{{ fact }}'
                    and spends.date_day between {{ fact }}.first_day and {{ fact }}.last_day
                {%- endfor %} {{ "union all" if not loop.last }}
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
            cast(sum(refunds) as decimal(18, 6)) as refunds,
            cast(sum(spend) as decimal(18, 6)) as spend
        from unioned
        group by date_day, attribution_model, channel, campaign_key, campaign
    )

select
    date_day,
    attribution_model,
    channel,
    campaign_key,
    campaign,
    orders,
    revenue,
    refunds,
    cast(
        case
            when coalesce(revenue, refunds) is not null then coalesce(revenue, 0) - coalesce(refunds, 0)
        end as decimal(18, 6)
    ) as net_revenue,
    spend,
    {{ reporting_currency() }} as currency,
    {{ metric_ratio("attributed_roas", "summed") }} as roas
from summed
