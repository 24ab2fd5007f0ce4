{#-
  Shared identifiers: seen with more distinct people than `people_of_an_identifier` (10), such as of a till, an office phone or an unknown
  placeholder for guests. People are distinguished by a more reliable identifier: an e-mail address, else a phone.
-#}
{%- set pairs = [
    ("email_key", "phone_key"),
    ("phone_key", "email_key"),
    ("customer_ref", "email_key"),
    ("customer_ref", "phone_key"),
    ("visitor_key", "email_key"),
    ("visitor_key", "phone_key"),
] %}

with
    counted as (
        {%- for identifier, person in pairs %}
            select
                '{{ identifier }}' as identifier,
                {{ identifier }} as identifier_key,
                count(distinct {{ person }}) as people
            from {{ ref("int_records_listed") }}
            where {{ identifier }} is not null
            group by {{ identifier }}
            having
                count(distinct {{ person }}) > {{ var("people_of_an_identifier") }} {{ "union all" if not loop.last }}
        {%- endfor %}
    )

select identifier, identifier_key, max(people) as people
from counted
group by identifier, identifier_key
