{#- The sum of those of the columns that are known; null where none is. -#}
{% macro sum_of_known(columns) -%}
    case
        when coalesce({{ columns | join(", ") }}) is not null
        then {% for column in columns %} coalesce({{ column }}, 0){{ " + " if not loop.last }}{% endfor %}
    end
{%- endmacro %}

{#- A column with the platform's ended series up to a day, separated by commas, for rows that have `platform` and `date_day`. -#}
{% macro series_breaks(relation) %}
    select
        days.platform,
        days.date_day,
        {{ dbt.listagg("breaks.column_name", "', '", "order by breaks.column_name") }} as series_break
    from (select distinct platform, date_day from {{ relation }}) as days
    inner join
        {{ ref("series_break") }} as breaks on days.platform = breaks.platform and days.date_day >= breaks.ended_on
    group by days.platform, days.date_day
{% endmacro %}
