{#-
  Who stands behind each order, lead, contact and visitor. Identifiers that were seen together belong together: a phone number, a customer id
  or a visitor takes the e-mail key that it was first seen with. A customer is then named by the e-mail key, else the phone key, else the
  source's customer id, else the visitor. Visitors without consent carry no id here, so nothing of theirs is tied to a person.
-#}
with
    visitors as (
        select
            'visitor' as record_kind,
            visitor_id as record_key,
            cast(null as {{ dbt.type_string() }}) as email_key,
            cast(null as {{ dbt.type_string() }}) as phone_key,
            min(_source || ':' || user_id) as customer_ref,
            visitor_id,
            min(occurred_at) as seen_at
        from {{ ref("int_events_sessionized") }}
        where visitor_id is not null and not is_bot
        group by visitor_id
    ),

    records as (
        select
            'order' as record_kind,
            order_key as record_key,
            email_key,
            phone_key,
            _source || ':' || customer_id as customer_ref,
            visitor_id,
            ordered_at as seen_at
        from {{ ref("int_orders_unioned") }}
        union all
        select 'lead', lead_key, email_key, phone_key, cast(null as {{ dbt.type_string() }}), visitor_id, created_at
        from {{ ref("int_leads_unioned") }}
        union all
        select
            'contact',
            _source || ':' || _account || ':' || contact_id,
            email_key,
            phone_key,
            cast(null as {{ dbt.type_string() }}),
            cast(null as {{ dbt.type_string() }}),
            created_at
        from {{ ref("stg_hubspot__contacts") }}
        union all
        select *
        from visitors
    ),

    {% for name, known_by, tells in [
        ("email_of_phone", "phone_key", "email_key"),
        ("email_of_customer", "customer_ref", "email_key"),
        ("phone_of_customer", "customer_ref", "phone_key"),
        ("email_of_visitor", "visitor_id", "email_key"),
        ("phone_of_visitor", "visitor_id", "phone_key"),
        ("customer_of_visitor", "visitor_id", "customer_ref"),
    ] %}
        {{ name }} as (
            select known_by, told
            from
                (
                    select
                        {{ known_by }} as known_by,
                        {{ tells }} as told,
                        row_number() over (partition by {{ known_by }} order by seen_at, {{ tells }}) as sighting
                    from records
                    where {{ known_by }} is not null and {{ tells }} is not null
                ) as sightings
            where sighting = 1
        ),
    {% endfor %}

    widened as (
        select
            records.*,
            coalesce(records.customer_ref, customer_of_visitor.told) as known_customer,
            coalesce(records.phone_key, phone_of_visitor.told) as known_phone,
            coalesce(records.email_key, email_of_visitor.told) as known_email
        from records
        left join customer_of_visitor on customer_of_visitor.known_by = records.visitor_id
        left join phone_of_visitor on phone_of_visitor.known_by = records.visitor_id
        left join email_of_visitor on email_of_visitor.known_by = records.visitor_id
    ),

    named as (
        select
            widened.record_kind,
            widened.record_key,
            widened.visitor_id,
            widened.known_customer,
            coalesce(widened.known_phone, phone_of_customer.told) as known_phone,
            coalesce(widened.email_key, email_of_customer.told, email_of_phone.told, widened.known_email) as known_email
        from widened
        left join email_of_customer on email_of_customer.known_by = widened.known_customer
        left join phone_of_customer on phone_of_customer.known_by = widened.known_customer
        left join email_of_phone on email_of_phone.known_by = coalesce(widened.known_phone, phone_of_customer.told)
    )

select
    record_kind,
    record_key,
    case
        when known_email is not null
        then 'email'
        when known_phone is not null
        then 'phone'
        when known_customer is not null
        then 'customer_id'
        when visitor_id is not null
        then 'visitor'
    end as identified_by,
    case
        when known_email is not null
        then known_email
        when known_phone is not null
        then 'phone:' || known_phone
        when known_customer is not null
        then known_customer
        when visitor_id is not null
        then 'visitor:' || visitor_id
    end as customer_key
from named
