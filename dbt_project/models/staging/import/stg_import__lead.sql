with
    source as ({{ newest_vintage(source("import", "lead"), ["lead_id"]) }})

    {{
        as_canonical(
            "lead",
            "source",
            _entity="'lead'",
            declared_channel=declared_channel("channel"),
            declared_campaign=told("campaign"),
            is_declared="false",
            is_archived="false",
        )
    }}
