{#-
  The moment that the build looks back from: nothing extracted later is read. It is read from the one-row relation `staging.build_moment`, which
  multiball.transform writes. A variable would not do in a build: dbt parses the whole project again when one changes. Unit tests override the
  variable `as_of`.
-#}
{% macro as_of() -%}
    {%- set moment = var("as_of", none) -%}
    {%- if execute and not moment -%}
        {%- set schema = multiball.generate_schema_name("staging", none) -%}
        {%- set place = api.Relation.create(
            database=target.get("database"), schema=schema, identifier="build_moment"
        ) -%}
        {%- set moment = run_query("select as_of from " ~ place).columns[0].values()[0] -%}
    {%- endif -%}
    cast('{{ moment }}' as timestamp)
{%- endmacro %}

{#-
  The history of cumulative counters: the newest vintage per (_source, _account, keys) and day. `observed_on`, an SQL date, is the day of a vintage
  (column `_observed_on`). A source's table itself has the state of each row; deleted rows keep what they were before, marked by `_deleted`.

  With `keep_deleted` the column `_is_deleted` marks the rows whose newest vintage is a deletion.
-#}
{% macro newest_of_each_day(source, keys, observed_on, keep_deleted=false) %}
    {%- set row_key = (["_source", "_account"] + keys) | join(", ") -%}
    {%- set vintages = source.incorporate(path={"identifier": source.identifier ~ "__vintages"}) -%}
    select *
    from
        (
            select
                *,
                {%- if keep_deleted %}
                    coalesce(
                        max(case when _deleted then _extracted_at end) over (partition by {{ row_key }})
                        = max(_extracted_at) over (partition by {{ row_key }}),
                        false
                    ) as _is_deleted,
                {%- endif %}
                row_number() over (
                    partition by {{ row_key }}, _observed_on
                    order by {{ "_deleted, " if keep_deleted }}_sequence desc, _extracted_at desc, _run_id desc
                ) as _vintage_rank
            from (select *, {{ observed_on }} as _observed_on from {{ vintages }}) as observed
        ) as ranked
    where _vintage_rank = 1 and not _deleted
{% endmacro %}

{#-
  One row per key where several sources report the same thing: the one extracted last counts, so that nothing is doubled. The columns `first`
  go before the moment of extraction.
-#}
{% macro one_source(relation, keys, first=[]) %}
    select *
    from
        (
            select
                *,
                row_number() over (
                    partition by {{ keys | join(", ") }}
                    order by {{ (first + ["_extracted_at desc", "_source desc", "_account desc"]) | join(", ") }}
                ) as _source_rank
            from {{ relation }}
        ) as ranked
    where _source_rank = 1
{% endmacro %}
