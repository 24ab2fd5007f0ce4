with
    source as ({{ newest_vintage(source("import", "content"), ["content_id"] + account_keys(), keep_deleted=true) }})

    {{ as_imported("content", key="content_key", id="content_id", is_deleted="_is_deleted") }}
