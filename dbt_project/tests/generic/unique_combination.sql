{#-
  The columns together tell every row apart; nulls count as equal. Gives the combinations that occur more than once. Where no columns are given,
  they are the key that the model's contract declares.
-#}
{% test unique_combination(model, columns=none) %}
    {%- set key = (columns or canonical_meta(model.identifier).get("key", [])) | join(", ") %}
    {%- if execute and not key %}
        {%- do exceptions.raise_compiler_error(
            "unique_combination of "
            ~ model.identifier
            ~ ": there are no columns, and no contract that declares a key. Give the argument columns."
        ) %}
    {%- endif %}
    select {{ key }}, count(*) as rows_with_it
    from {{ model }}
    group by {{ key }}
    having count(*) > 1
{% endtest %}
