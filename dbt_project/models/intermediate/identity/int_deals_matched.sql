with
    keyed as (
        select
            _source,
            _account,
            deal_id,
            lead_id,
            deal_name,
            segment,
            owner,
            status,
            unknown_state,
            amount,
            currency,
            created_at,
            closed_at,
            is_archived,
            _source || ':' || _account || ':' || deal_id as deal_key,
            {{ reporting_day("coalesce(closed_at, created_at)") }} as date_day
        from {{ ref("deal") }}
    ),

    -- deals and leads may come from two files of one account: the lead of the deal's own source goes first. Another
    -- account's lead of the same id is another person. A file that names no account has its source's name there
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
            {{ ref("int_leads_tagged") }} as leads
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
