with
    source as ({{ newest_vintage(source("import", "deal"), ["deal_id"]) }})

    {%- set status = "lower(trim(status))" %}
    {%- set is_known = status ~ " in ('open', 'won', 'lost')" %}

    {{
        as_canonical(
            "deal",
            "source",
            _entity="'deal'",
            status="case when " ~ is_known ~ " then " ~ status ~ " else 'unknown' end",
            unknown_state="case when coalesce("
            ~ is_known
            ~ ", false) then null else coalesce(nullif(trim(status), ''), 'no state') end",
            currency=currency_code("currency"),
            is_archived="false",
            lacks=["deal_name"],
        )
    }}
