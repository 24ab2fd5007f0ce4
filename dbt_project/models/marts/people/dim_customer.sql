with
    seen as (
        select
            customer_key,
            min(identified_by) as identified_by,
            max(case when record_kind = 'contact' then 1 else 0 end) as contacts
        from {{ ref("int_records_identified") }}
        where record_kind <> 'visitor' and customer_key is not null
        group by customer_key
    ),

    orders as (
        select
            customer_key,
            min(case when order_units = 1 then ordered_at end) as first_order_at,
            max(case when order_units = 1 then ordered_at end) as last_order_at,
            sum(order_units) as orders,
            sum(revenue_reporting) as revenue_reporting,
            sum(refunds_reporting) as refunds_reporting,
            sum(net_revenue_reporting) as net_revenue_reporting,
            sum(margin_reporting) as margin_reporting,
            max(case when is_new_customer then channel end) as acquisition_channel,
            max(case when is_new_customer then campaign end) as acquisition_campaign,
            max(case when is_new_customer then campaign_key end) as acquisition_campaign_key
        from {{ ref("fct_order") }}
        where is_counted and customer_key is not null
        group by customer_key
    ),

    leads as (
        select customer_key, min(created_at) as first_lead_at, min(qualified_at) as first_qualified_at
        from {{ ref("fct_lead") }}
        where customer_key is not null and not is_archived
        group by customer_key
    )

select
    seen.customer_key,
    seen.identified_by,
    seen.contacts = 1 as is_contact,
    leads.first_lead_at,
    leads.first_qualified_at,
    orders.first_order_at,
    orders.last_order_at,
    cast(case when sources.have_orders = 1 then coalesce(orders.orders, 0) end as bigint) as orders,
    cast(orders.revenue_reporting as decimal(18, 6)) as revenue_reporting,
    cast(orders.refunds_reporting as decimal(18, 6)) as refunds_reporting,
    cast(orders.net_revenue_reporting as decimal(18, 6)) as net_revenue_reporting,
    cast(orders.margin_reporting as decimal(18, 6)) as margin_reporting,
    orders.acquisition_channel,
    orders.acquisition_campaign,
    orders.acquisition_campaign_key
from seen
cross join (select max(1) as have_orders from {{ ref("fct_order") }}) as sources
left join orders on orders.customer_key = seen.customer_key
left join leads on leads.customer_key = seen.customer_key
