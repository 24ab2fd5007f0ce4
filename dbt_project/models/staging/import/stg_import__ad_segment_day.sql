{{
    as_imported(
        "ad_day",
        source("import", "ad_day"),
        also=["segment"],
        campaign_id="coalesce(campaign_id, campaign_name)",
        campaign_key=object_key(imported_platform(), imported_account(), "coalesce(campaign_id, campaign_name)"),
    )
}}
