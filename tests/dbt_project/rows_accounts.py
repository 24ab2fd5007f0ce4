"""Raw rows of two accounts of one platform that number their objects alike. The sums in test_accounts.py are solved by hand from these."""

from __future__ import annotations

from typing import Any

AT = "2026-03-20T06:00:00"


def ad_day(account: str, spend: str, impressions: int, clicks: int, actions: str) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """One ad `1` of one campaign `1` on one day, as the platform's interface reports it."""
    at = {"_account": account, "_at": AT}
    day = {"date_start": "2026-03-02", "account_id": account, "account_currency": "EUR", **at}
    counted = {"spend": spend, "impressions": impressions, "clicks": clicks}
    return {
        ("meta_ads", "campaigns"): [{"campaign_id": "1", "account_id": account, "name": f"Spring {account}", "objective": "SALES", **at}],
        ("meta_ads", "ad_insights"): [{"ad_id": "1", "campaign_id": "1", "campaign_name": f"Spring {account}", **day, **counted}],
        ("meta_ads", "campaign_insights"): [{"campaign_id": "1", **day, **counted}],
        ("meta_ads", "account_insights"): [{**day, **counted}],
        ("meta_ads", "ad_actions"): [
            {"date_start": "2026-03-02", "ad_id": "1", "action_type": "purchase", "actions": actions, "amount": actions, **at}
        ],
    }


def page(page_id: str, likes: int, views: int) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """One post `1` of one page."""
    at = {"_account": page_id, "_at": AT}
    return {
        ("facebook_pages", "posts"): [
            {"post_id": "1", "page_id": page_id, "message": page_id, "created_time": "2026-03-19T10:00:00", "reactions": likes, **at}
        ],
        ("facebook_pages", "post_insights"): [{"post_id": "1", "metric": "post_media_view", "value": views, **at}],
    }


def imported(entity: str, account: str, platform: str, **further: Any) -> dict[str, Any]:
    """A row of one file that holds several accounts."""
    named = {
        "content": {"content_id": "1"},
        "content_total": {"content_id": "1"},
        "content_day": {"content_id": "1", "date_day": "2026-03-02"},
    }
    key = {**named, "account_day": {"date_day": "2026-03-02"}, "ad_day": {"date_day": "2026-03-02", "ad_id": "1", "segment": ""}}[entity]
    return {**key, "account_id": account, "platform": platform, "_source": "agency", "_at": AT, **further}


BRANDS = [("home", "vk", 5), ("home", "ok", 7), ("away", "vk", 11)]
ROWS: dict[tuple[str, str], list[dict[str, Any]]] = {
    ("import", "ad_day"): [
        imported("ad_day", account, "criteo", campaign_id="1", campaign_name=account, currency="EUR", spend=spend, impressions=9, clicks=1)
        for account, spend in [("home", "200.00"), ("away", "80.00")]
    ]
    + [
        # one account by two exports, and once more by one that does not name the account
        imported(
            "ad_day",
            account,
            "meta",
            date_day="2026-03-03",
            ad_id="5",
            currency="EUR",
            spend=spend,
            impressions=30,
            clicks=3,
            _source=source,
            _at=at,
        )
        for source, account, spend, at in [
            ("earlier_export", "201", "9.00", "2026-03-19T06:00:00"),
            ("export", "201", "10.00", AT),
            ("unnamed", "unnamed", "10.00", AT),
        ]
    ],
    **{
        ("import", entity): [imported(entity, account, platform, likes=likes) for account, platform, likes in BRANDS]
        for entity in ("content_total", "content_day", "account_day")
    },
    ("import", "content"): [imported("content", account, platform, title=account) for account, platform, _ in BRANDS],
}
for rows in (ad_day("201", "200.00", 2000, 20, "2"), ad_day("202", "80.00", 800, 8, "1"), page("66", 3, 30), page("67", 4, 40)):
    for table, of_table in rows.items():
        ROWS.setdefault(table, []).extend(of_table)
