{#-
  The operator between the parts of a recursive query. Spark has no `union` there, which would end an endless cycle, so the query has to end
  by itself.
-#}
{% macro recursive_union() -%} {{ return(adapter.dispatch("recursive_union", "multiball")()) }} {%- endmacro %}
{% macro default__recursive_union() -%}
    union
{%- endmacro %}
{% macro spark__recursive_union() -%}
    union all
{%- endmacro %}

{#- The join to the record that is left, after all merges, of the contact or deal that a row of `records` names. It has no row for others. -#}
{% macro hubspot_merged(records, kind) -%}
    {{ ref("stg_hubspot__records_merged") }} as merged_{{ kind }}
    on merged_{{ kind }}.record_kind = '{{ kind }}'
    and merged_{{ kind }}._source = {{ records }}._source
    and merged_{{ kind }}._account = {{ records }}._account
    and merged_{{ kind }}.merged_id = {{ records }}.{{ kind }}_id
{%- endmacro %}

{#- A query of the contacts or deals that were neither merged into another one nor permanently deleted. -#}
{% macro hubspot_kept(kind) %}
    select records.*
    from {{ ref("stg_hubspot__" ~ kind ~ "s") }} as records
    left join {{ multiball.hubspot_merged("records", kind) }}
    left join
        {{ ref("stg_hubspot__" ~ kind ~ "_ids") }} as ids
        on ids._source = records._source
        and ids._account = records._account
        and ids.{{ kind }}_id = records.{{ kind }}_id
    where merged_{{ kind }}.merged_id is null and not coalesce(ids.is_deleted, false)
{% endmacro %}
