with
    source as ({{ newest_vintage(source("import", "content_day"), ["content_id", "date_day"] + account_keys()) }})

    {{
        as_imported(
            "content_day",
            key="content_key",
            id="content_id",
            days_covered="1",
            _precedence="2",
            lacks=["views", "is_final"],
        )
    }}
