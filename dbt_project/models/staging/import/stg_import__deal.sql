{%- set status = "lower(trim(status))" %}
{%- set is_known = status ~ " in ('open', 'won', 'lost')" %}

{{
    as_imported(
        "deal",
        source("import", "deal"),
        status="case when " ~ is_known ~ " then " ~ status ~ " else 'unknown' end",
        unknown_state="case when coalesce("
        ~ is_known
        ~ ", false) then null else coalesce(nullif(trim(status), ''), 'no state') end",
        is_archived="false",
    )
}}
