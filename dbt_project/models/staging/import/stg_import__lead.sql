with
    source as ({{ newest_vintage(source("import", "lead"), ["lead_id"]) }}),

    renamed as (
        select
            _source,
            _account,
            lead_id,
            visitor_id,
            email_key,
            phone_key,
            origin,
            {{ declared_channel("channel") }} as declared_channel,
            {{ told("campaign") }} as declared_campaign,
            landing_page,
            utm_source,
            utm_medium,
            utm_campaign,
            created_at,
            qualified_at,
            false as is_declared,
            false as is_archived,
            'lead' as _entity,
            _extracted_at
        from source
    )

    {{ as_canonical("lead", "renamed") }}
