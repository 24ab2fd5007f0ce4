with
    source as ({{ newest_vintage(source("import", "content_total"), ["content_id"] + account_keys()) }})

    {{ as_imported("content_total", key="content_key", id="content_id", _precedence="2", lacks=["views"]) }}
