{#-
  The person of each order, lead, contact and visitor. Identifiers that were seen together belong together: a phone number, a customer id
  or a visitor takes the e-mail key that it was first seen with. A customer is then named by the e-mail key, else the phone key, else the
  shop's customer id, else the visitor. Visitors without consent have no id here, so none of their data is linked to a person. Identifiers that too many people share
  link nothing either.
-#}
{%- set identifiers = ["email_key", "phone_key", "customer_ref", "visitor_key"] %}

with
    shared as (select identifier, identifier_key from {{ ref("int_identifiers_shared") }}),

    records as (
        select
            records.record_kind,
            records.record_key,
            records.seen_at
            {%- for identifier in identifiers %}
                ,
                case
                    when shared_{{ identifier }}.identifier_key is null then records.{{ identifier }}
                end as {{ identifier }}
            {%- endfor %}
        from {{ ref("int_records_listed") }} as records
        {%- for identifier in identifiers %}
            left join
                shared as shared_{{ identifier }}
                on shared_{{ identifier }}.identifier = '{{ identifier }}'
                and shared_{{ identifier }}.identifier_key = records.{{ identifier }}
        {%- endfor %}
    ),

    {% for name, known_by, identifier in [
        ("email_of_phone", "phone_key", "email_key"),
        ("email_of_customer", "customer_ref", "email_key"),
        ("phone_of_customer", "customer_ref", "phone_key"),
        ("email_of_visitor", "visitor_key", "email_key"),
        ("phone_of_visitor", "visitor_key", "phone_key"),
        ("customer_of_visitor", "visitor_key", "customer_ref"),
    ] %}
        {{ name }} as (
            select known_by, linked
            from
                (
                    select
                        {{ known_by }} as known_by,
                        {{ identifier }} as linked,
                        row_number() over (
                            partition by {{ known_by }} order by seen_at nulls last, {{ identifier }}
                        ) as sighting
                    from records
                    where {{ known_by }} is not null and {{ identifier }} is not null
                ) as sightings
            where sighting = 1
        ),
    {% endfor %}

    widened as (
        select
            records.*,
            coalesce(records.customer_ref, customer_of_visitor.linked) as known_customer,
            coalesce(records.phone_key, phone_of_visitor.linked) as known_phone,
            coalesce(records.email_key, email_of_visitor.linked) as known_email
        from records
        left join customer_of_visitor on customer_of_visitor.known_by = records.visitor_key
        left join phone_of_visitor on phone_of_visitor.known_by = records.visitor_key
        left join email_of_visitor on email_of_visitor.known_by = records.visitor_key
    ),

    named as (
        select
            widened.record_kind,
            widened.record_key,
            widened.visitor_key,
            widened.known_customer,
            coalesce(widened.known_phone, phone_of_customer.linked) as known_phone,
            coalesce(
                widened.email_key, email_of_customer.linked, email_of_phone.linked, widened.known_email
            ) as known_email
        from widened
        left join email_of_customer on email_of_customer.known_by = widened.known_customer
        left join phone_of_customer on phone_of_customer.known_by = widened.known_customer
        left join email_of_phone on email_of_phone.known_by = coalesce(widened.known_phone, phone_of_customer.linked)
    )

select
    record_kind,
    record_key,
    visitor_key,
    case
        when known_email is not null
        then 'email'
        when known_phone is not null
        then 'phone'
        when known_customer is not null
        then 'customer_id'
        when visitor_key is not null
        then 'visitor'
    end as identified_by,
    coalesce(known_email, 'phone:' || known_phone, known_customer, 'visitor:' || visitor_key) as customer_key
from named
