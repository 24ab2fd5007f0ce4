{#- The moment that the build looks back from: nothing extracted later is read. -#}
{% macro as_of() -%} cast('{{ var("as_of") }}' as timestamp) {%- endmacro %}

{#-
  A query of the newest vintage per (_source, _account, keys) at or before `as_of`.

  Rows whose newest vintage says that they were deleted at the source are left out. With `keep_deleted` their last state stays,
  and the column `_is_deleted` tells them: for dimensions, whose facts outlive them.
  With `per_day` the newest vintage of every day of observation is kept (column `_observed_on`): for lifetime counters.
-#}
{% macro newest_vintage(source, keys, keep_deleted=false, per_day=none) %}
    {%- set row_key = ["_source", "_account"] + keys -%}
    select *
    from
        (
            select
                *,
                row_number() over (
                    partition by {{ (row_key + (["_observed_on"] if per_day else [])) | join(", ") }}
                    order by {{ "_deleted, " if keep_deleted }}_extracted_at desc, _run_id desc
                ) as _vintage_rank,
                max(_extracted_at) over (partition by {{ row_key | join(", ") }}) > _extracted_at as _is_deleted
            from (select *{% if per_day %}, {{ per_day }} as _observed_on{% endif %} from {{ source }}) as vintages
            where _extracted_at <= {{ as_of() }}
        ) as ranked
    where _vintage_rank = 1 and not _deleted
{% endmacro %}
