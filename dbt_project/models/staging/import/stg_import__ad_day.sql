{#- Segments of one ad and day add up, but for the people whom they reached. -#}
{%- set by = [
    "_source",
    "_account",
    "_entity",
    "date_day",
    "platform",
    "account_key",
    "account_id",
    "ad_key",
    "ad_id",
    "currency",
] %}
{%- set together = {"sum": "sum(%s)", "distinct": "case when count(*) = 1 then max(%s) end"} %}

with
    days as (
        select
            {{ by | join(", ") }}
            {%- for column in canonical_columns("ad_day") if column.name not in by %}
                ,
                {{ together.get(column.config.meta.additivity, "max(%s)") | format(column.name) }} as {{ column.name }}
            {%- endfor %}
        from {{ ref("stg_import__ad_day_segments") }}
        group by {{ by | join(", ") }}
    )

    {{ as_canonical("ad_day", "days") }}
