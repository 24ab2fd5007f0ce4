{#-
  What each rule gives each touch of an order. A rule gives whole-number weights; a touch's credit is the total times the weights up to and
  including it, less the total times the weights before it, both cut to millionths: so the credits of an order always add up to it.
-#}
{%- set half_life = var("time_decay_half_life_days") %}
{%- set window = var("attribution_window_days") %}
{%- set rules = attribution_rules() %}

with
    decay as (
        {% for age in range(window + 2) %}
            select
                {{ age }} as age_days,
                cast({{ [1, (1000000 * 2 ** (-age / half_life)) | round | int] | max }} as bigint) as weight
                {{ "union all" if not loop.last }}
        {% endfor %}
    ),

    weighed as (
        {% for model, weight in rules.items() %}
            select
                '{{ model }}' as attribution_model,
                paths.order_key,
                paths.touch_key,
                paths.date_day,
                paths.channel,
                paths.campaign,
                paths.campaign_key,
                paths.touch_position,
                paths.order_units,
                paths.revenue_reporting,
                paths.refunds_reporting,
                cast({{ weight }} as bigint) as weight
            from {{ ref("int_orders_traced") }} as paths
            {%- if "decay" in weight %}
                inner join decay on decay.age_days = paths.age_days {%- endif %} {{ "union all" if not loop.last }}
        {% endfor %}
    ),

    cumulated as (
        select
            *,
            cast(
                sum(weight) over (
                    partition by attribution_model, order_key
                    order by touch_position
                    rows between unbounded preceding and current row
                ) as bigint
            ) as weight_up_to,
            cast(sum(weight) over (partition by attribution_model, order_key) as bigint) as weight_in_all
        from weighed
    )

select
    attribution_model,
    order_key,
    touch_key,
    date_day,
    channel,
    campaign,
    campaign_key,
    touch_position,
    {{ credit("order_units", "weight", "weight_up_to", "weight_in_all") }} as credited_orders,
    {{ credit("revenue_reporting", "weight", "weight_up_to", "weight_in_all") }} as credited_revenue,
    {{ credit("refunds_reporting", "weight", "weight_up_to", "weight_in_all") }} as credited_refunds
from cumulated
where weight > 0
