with
    contacts as (select *, 'contacts' as _entity from {{ ref("stg_hubspot__contacts_kept") }})

    {{ as_canonical("contact", "contacts") }}
