{#-
  A touch's share of a total: the total times the weights up to and including it, less the total times the weights before it, both cut to
  millionths. Over all touches the shares add up to the total exactly, whatever is cut.
-#}
{% macro credit(total, weight, weight_up_to, weight_in_all) -%}
    {%- set upto = multiball.divide_whole(multiball.millionths(total) ~ " * " ~ weight_up_to, weight_in_all) -%}
    {%- set before = multiball.divide_whole(
        multiball.millionths(total) ~ " * (" ~ weight_up_to ~ " - " ~ weight ~ ")", weight_in_all
    ) -%}
    {{ multiball.from_millionths(upto ~ " - " ~ before) }}
{%- endmacro %}
