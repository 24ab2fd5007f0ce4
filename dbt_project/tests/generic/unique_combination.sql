{#- The columns together tell every row apart; nulls count as equal. Gives the combinations that occur more than once. -#}
{% test unique_combination(model, columns) %}
    select {{ columns | join(", ") }}, count(*) as rows_with_it
    from {{ model }}
    group by {{ columns | join(", ") }}
    having count(*) > 1
{% endtest %}
