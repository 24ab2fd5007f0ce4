with
    unioned as (
        select
            _source,
            _account,
            deal_id,
            contact_id as lead_id,
            deal_name,
            cast(null as {{ dbt.type_string() }}) as segment,
            cast(null as {{ dbt.type_string() }}) as owner,
            status,
            unknown_state,
            amount,
            currency,
            created_at,
            case when status in ('won', 'lost') then closed_at end as closed_at,
            is_archived
        from {{ ref("stg_hubspot__deals_kept") }}
        union all
        select
            _source,
            _account,
            deal_id,
            lead_id,
            cast(null as {{ dbt.type_string() }}) as deal_name,
            segment,
            owner,
            case
                when lower(trim(status)) in ('open', 'won', 'lost') then lower(trim(status)) else 'unknown'
            end as status,
            case
                when coalesce(lower(trim(status)), '') not in ('open', 'won', 'lost')
                then coalesce(nullif(trim(status), ''), 'no state')
            end as unknown_state,
            amount,
            currency,
            created_at,
            closed_at,
            false as is_archived
        from {{ ref("stg_import__deals") }}
    ),

    keyed as (
        select
            *,
            _source || ':' || _account || ':' || deal_id as deal_key,
            {{ reporting_day("coalesce(closed_at, created_at)") }} as date_day
        from unioned
    ),

    -- deals and leads may come from two files of one account: the lead of the deal's own source goes first; another
    -- account's lead of
    -- the same id is somebody else; an import that names no account has its source's name there
    matched as (
        select
            keyed.deal_key,
            leads.lead_key,
            row_number() over (
                partition by keyed.deal_key
                order by case when leads._source = keyed._source then 0 else 1 end, leads.lead_key
            ) as nearness
        from keyed
        inner join
            {{ ref("int_leads_unioned") }} as leads
            on (leads._account = keyed._account or (leads._account = leads._source and keyed._account = keyed._source))
            and leads.lead_id = {{ known_id("keyed.lead_id") }}
    )

select
    keyed.*,
    leads.lead_key,
    leads.customer_key,
    leads.origin,
    leads.created_at as lead_created_at,
    coalesce(leads.channel, 'unattributed') as channel,
    leads.campaign,
    leads.campaign_key,
    {{ in_reporting_currency("keyed.amount", "keyed.currency", "rates") }} as amount_reporting
from keyed
left join matched on matched.deal_key = keyed.deal_key and matched.nearness = 1
left join {{ ref("int_leads_channelled") }} as leads on leads.lead_key = matched.lead_key
left join
    {{ ref("int_exchange_rates_filled") }} as rates
    on rates.currency = keyed.currency
    and rates.date_day = keyed.date_day
