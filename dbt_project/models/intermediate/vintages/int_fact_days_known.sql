{#- An account of two sources has one row. -#}
with
    accounts as (
        select fact, date_day, account_id, min(case when is_covered then 1 else 0 end) as is_covered
        from {{ ref("int_days_covered") }}
        group by fact, date_day, account_id
    )

select
    fact,
    date_day,
    min(is_covered) = 1 as is_known,
    {{ dbt.listagg("account_id", "', '", "order by account_id") }} as accounts
from accounts
group by fact, date_day
