with
    source as ({{ newest_vintage(source("import", "account_day"), ["account_id", "date_day"] + account_keys()) }})

    {{ as_imported("account_day", account_type="'organic'", lacks=["views", "paid_views"]) }}
