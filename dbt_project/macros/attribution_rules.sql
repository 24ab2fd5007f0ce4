{#-
  The rule-based attribution models: name to the whole-number weight of a touch, over the columns of int_orders_traced.
  position_based gives 40 % to the first and to the last touch and 20 % to those between; two touches share evenly.
  time_decay halves the weight every `time_decay_half_life_days`, by calendar days before the order.
-#}
{% macro attribution_rules() -%}
    {{
        return(
            {
                "first_touch": "case when touch_position = 1 then 1 else 0 end",
                "last_touch": "case when touch_position = touch_count then 1 else 0 end",
                "last_non_direct": "case when non_direct_rank = 1 then 1 else 0 end",
                "linear": "1",
                "position_based": "case when touch_count <= 2 then 1 when touch_position in (1, touch_count) then 2 * (touch_count - 2) else 1 end",
                "time_decay": "decay.weight",
            }
        )
    }}
{%- endmacro %}
