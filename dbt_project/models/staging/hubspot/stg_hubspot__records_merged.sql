{#- A record may be merged into one that is merged later on: each step is followed to the record that is left. -#}
{{ config(materialized="table") }}

with recursive
    merges as (
        {% for kind in ["contact", "deal"] %}
            {{ "union all" if not loop.first }}
            select
                _source,
                _account,
                cast('{{ kind }}' as {{ dbt.type_string() }}) as record_kind,
                merged_id,
                {{ kind }}_id as surviving_id
            from {{ ref("stg_hubspot__" ~ kind ~ "_merges") }}
        {% endfor %}
    ),

    followed as (
        select _source, _account, record_kind, merged_id, surviving_id
        from merges {{ recursive_union() }}
        select followed._source, followed._account, followed.record_kind, followed.merged_id, merges.surviving_id
        from followed
        inner join
            merges
            on merges._source = followed._source
            and merges._account = followed._account
            and merges.record_kind = followed.record_kind
            and merges.merged_id = followed.surviving_id
            -- two records that are each said to be merged into the other lead nowhere
            and merges.surviving_id <> followed.merged_id
    )

select distinct followed._source, followed._account, followed.record_kind, followed.merged_id, followed.surviving_id
from followed
left join
    merges
    on merges._source = followed._source
    and merges._account = followed._account
    and merges.record_kind = followed.record_kind
    and merges.merged_id = followed.surviving_id
where merges.merged_id is null
