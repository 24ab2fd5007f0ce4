{#- An account that no source lists is known from the rows that name it. -#}
{%- set text = dbt.type_string() -%}
{%- set no_name = "cast(null as " ~ text ~ ")" -%}
{%- set named = [
    ("account_day", "account_type", "account_name"),
    ("account_period", "account_type", no_name),
    ("content", "'organic'", "account_name"),
    ("content_day", "'organic'", no_name),
    ("content_total", "'organic'", no_name),
    ("campaign", "'advertising'", no_name),
    ("ad_day", "'advertising'", "account_name"),
] -%}

with
    unioned as (
        select
            1 as precedence,
            _source,
            _extracted_at,
            platform,
            account_key,
            account_id,
            account_name,
            account_type,
            currency,
            time_zone,
            url,
            is_deleted
        from {{ ref("account") }}
        {%- for entity, account_type, account_name in named %}
            union all
            select
                case when {{ account_name }} is null then 3 else 2 end as precedence,
                _source,
                max(_extracted_at) as _extracted_at,
                platform,
                account_key,
                account_id,
                {{ account_name }} as account_name,
                {{ account_type }} as account_type,
                cast(null as {{ text }}) as currency,
                cast(null as {{ text }}) as time_zone,
                cast(null as {{ text }}) as url,
                false as is_deleted
            from {{ ref(entity) }}
            group by
                _source,
                platform,
                account_key,
                account_id
                {{- ", account_name" if account_name == "account_name" }}
                {{- ", account_type" if account_type == "account_type" }}
        {%- endfor %}
    ),

    ranked as (
        select
            *,
            row_number() over (
                partition by account_key order by precedence, _extracted_at desc, _source, account_name nulls last
            ) as choice
        from unioned
    )

select platform, account_key, account_id, account_name, account_type, currency, time_zone, url, is_deleted
from ranked
where choice = 1
