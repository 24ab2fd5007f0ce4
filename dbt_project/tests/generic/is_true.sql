{#- The condition holds on every row; a condition that is null fails too. Gives the rows that break it. -#}
{% test is_true(model, condition, column_name=none) %}
    select * from {{ model }} where not coalesce({{ condition }}, false)
{% endtest %}
