"""Raw rows of advertising, money and content. The sums in test_advertising.py and test_content.py are solved by hand from these."""

from __future__ import annotations

from typing import Any

LATE = "2026-10-29T06:00:00"


def insight(day: str, ad: str, spend: str, at: str, **further: Any) -> dict[str, Any]:
    return {
        "date_start": day, "ad_id": ad, "account_id": "100", "account_currency": "USD", "campaign_id": "c1", "campaign_name": "Autumn",
        "adset_id": "s1", "adset_name": "Set", "ad_name": f"Ad {ad}", "spend": spend, "_at": at, **further,
    }  # fmt: skip


def imported_ad(day: str, ad: str, segment: str, currency: str, spend: str, **further: Any) -> dict[str, Any]:
    return {
        "date_day": day, "ad_id": ad, "segment": segment, "platform": "google", "account_id": "g1", "account_name": "Search",
        "campaign_id": "k1", "campaign_name": "Brand", "currency": currency, "spend": spend, "_source": "google_export", "_at": LATE,
         **further,
    }  # fmt: skip


def action(kind: str, number: str, **further: Any) -> dict[str, Any]:
    return {"date_start": "2026-10-01", "ad_id": "a1", "action_type": kind, "actions": number, "_at": LATE, **further}


def load(connector: str, source: str, entity: str, start: str, end: str, at: str, account: str = "main") -> dict[str, Any]:
    return {
        "run_id": f"{source}-{entity}", "source": source, "account": account, "connector": connector, "entity": entity,
         "window_start": start,
        "window_end": end, "extracted": 1, "landed": 1, "unchanged": 0, "rejected": 0, "deleted": 0, "_source": "multiball",
         "_account": "", "_at": at,
    }  # fmt: skip


def page_metric(day: str, metric: str, value: int, period: str = "day", ads: str = "") -> dict[str, Any]:
    return {
        "date_day": day, "metric": metric, "period": period, "is_from_ads": ads, "page_id": "55", "value": value,
        "end_time": f"{day}T07:00:00", "_account": "55", "_at": LATE,
    }  # fmt: skip


def post(post_id: str, published: str, at: str, reactions: int, comments: int, shares: int | None = None) -> dict[str, Any]:
    return {
        "post_id": post_id, "page_id": "55", "message": f"Post {post_id}", "created_time": published, "media_type": "photo",
        "reactions": reactions, "comments": comments, "shares": shares, "_account": "55", "_at": at,
    }  # fmt: skip


def counter(post_id: str, metric: str, value: int, at: str, **further: Any) -> dict[str, Any]:
    return {"post_id": post_id, "metric": metric, "value": value, "_account": "55", "_at": at, **further}


NEW, OLD = ("55_1", "2026-10-01T18:00:00"), ("55_2", "2026-01-01T12:00:00")
FIRST, SECOND, THIRD = "2026-10-02T06:00:00", "2026-10-03T06:00:00", "2026-10-06T06:00:00"
PURCHASE = {"amount": "58.9", "actions_7d_click": "1", "amount_7d_click": "30", "actions_1d_view": "1", "amount_1d_view": "28.9"}

ROWS = {
    ("ecb", "exchange_rates"): [
        {"date_day": "2026-10-01", "currency": "USD", "rate": "1.25", "_at": LATE},
        {"date_day": "2026-10-02", "currency": "USD", "rate": "1.2", "_at": LATE},
        {"date_day": "2026-09-20", "currency": "GBP", "rate": "0.8", "_at": LATE},
    ],
    ("import", "exchange_rate"): [{"date_day": "2026-10-02", "currency": "usd", "rate": "1.5", "_source": "treasury", "_at": LATE}],
    ("meta_ads", "accounts"): [
        {"account_id": "100", "name": "Shop", "currency": "USD", "timezone_name": "Europe/Berlin", "account_status": 1, "_at": LATE}
    ],
    ("meta_ads", "campaigns"): [
        {"campaign_id": "c1", "account_id": "100", "name": "Autumn old", "objective": "SALES", "effective_status": "ACTIVE",
         "_at": FIRST},
        {"campaign_id": "c1", "account_id": "100", "name": "Autumn sale", "objective": "SALES", "effective_status": "ACTIVE",
         "_at": SECOND},
        {"campaign_id": "c1", "_at": LATE, "_deleted": True},
    ],
    ("meta_ads", "ad_insights"): [
        insight("2026-10-01", "a1", "12.00", FIRST, impressions=990, reach=790, clicks=9, inline_link_clicks=6),
        insight("2026-10-01", "a1", "12.50", LATE, impressions=1000, reach=800, clicks=10, inline_link_clicks=7),
        insight("2026-10-02", "a1", "99.00", SECOND, impressions=1),
        insight("2026-10-02", "a1", "99.00", LATE, impressions=1, _deleted=True),
        insight("2026-10-02", "a2", "3.33", LATE, impressions=70, reach=70, clicks=0),
        insight("2026-10-03", "a1", "6.00", LATE, impressions=300, reach=200, clicks=7, inline_link_clicks=3),
    ],
    ("meta_ads", "ad_actions"): [
        action("purchase", "2", **PURCHASE),
        action("offsite_conversion.fb_pixel_purchase", "2", **PURCHASE),
        action("lead", "3"),
        action("onsite_conversion.lead_grouped", "2"),
        action("link_click", "7"),
    ],
    ("meta_ads", "account_insights"): [
        {"date_start": "2026-10-01", "account_id": "100", "account_currency": "USD", "impressions": 1000, "reach": 800, "clicks": 10,
         "spend": "12.5", "_at": LATE},
        {"date_start": "2026-10-05", "account_id": "100", "account_currency": "USD", "impressions": 10, "reach": 8, "clicks": 1,
         "spend": "0.5", "_at": LATE},
    ],
    ("meta_ads", "account_period_insights"): [
        {"period": "week", "date_start": "2026-09-28", "date_stop": "2026-10-04", "account_id": "100", "impressions": 1370,
         "reach": 950, "spend": "21.83", "_at": LATE}
    ],
    ("import", "ad_day"): [
        imported_ad("2026-09-27", "g-ad", "men", "GBP", "6.00", impressions=100, reach=60, clicks=4, conversions="1",
            conversion_value="20"),
        imported_ad("2026-09-27", "g-ad", "women", "GBP", "2.00", impressions=50, reach=40, clicks=1, conversions="0.5"),
        imported_ad("2026-09-28", "g-ad", "all", "GBP", "5.00", impressions=10, reach=9, clicks=0),
    ],
    ("facebook_pages", "pages"): [{"page_id": "55", "name": "Brand", "link": "https://example.com/brand", "followers_count": 1010,
        "_account": "55", "_at": LATE}],
    ("facebook_pages", "posts"): [
        post(*NEW, at=FIRST, reactions=5, comments=1), post(*NEW, at=THIRD, reactions=8, comments=1),
        post(*OLD, at=FIRST, reactions=40, comments=2, shares=3), post(*OLD, at=SECOND, reactions=41, comments=2, shares=4),
    ],
    ("facebook_pages", "post_insights"): [
        counter("55_1", "post_media_view", 100, FIRST), counter("55_1", "post_media_view", 150, SECOND),
        counter("55_1", "post_media_view", 140, THIRD), counter("55_1", "post_total_media_view_unique", 70, THIRD),
        counter("55_2", "post_media_view", 1000, FIRST), counter("55_2", "post_media_view", 1010, SECOND),
        counter("55_2", "post_impressions", 500, FIRST), counter("55_2", "post_impressions", 500, SECOND, _deleted=True),
    ],
    ("facebook_pages", "page_insights"): [
        page_metric("2025-11-14", "page_impressions", 90), page_metric("2025-11-14", "page_media_view", 120, ads=""),
        page_metric("2025-11-15", "page_media_view", 130),
        page_metric("2026-10-01", "page_follows", 1000), page_metric("2026-10-01", "page_daily_follows_unique", 12),
        page_metric("2026-10-01", "page_daily_unfollows_unique", 15), page_metric("2026-10-01", "page_media_view", 300, ads="0"),
        page_metric("2026-10-01", "page_media_view", 100, ads="1"), page_metric("2026-10-01", "page_total_media_view_unique", 250),
        page_metric("2026-10-01", "page_post_engagements", 20), page_metric("2026-10-04", "page_follows", 1003),
        page_metric("2026-10-04", "page_total_media_view_unique", 700, "week"), page_metric("2026-10-03",
            "page_total_media_view_unique", 650, "week"),
        page_metric("2026-10-04", "page_total_media_view_unique", 1900, "days_28"),
    ],
    ("import", "content"): [
        {"content_id": "r1", "platform": "Facebook", "account_id": "cosmetics", "account_name": "Cosmetics",
         "published_month": "2014-12-01",
         "published_weekday": 4, "published_hour": 3, "content_type": "Photo", "topic": "2", "is_paid": False, "_source": "page_posts",
          "_at": LATE},
        {"content_id": "w1", "platform": "weibo", "account_id": "brand_cn", "published_at": "2026-09-30T23:30:00", "title": "新品",
         "_source": "weibo", "_at": LATE},
    ],
    ("import", "content_total"): [
        {"content_id": "r1", "platform": "Facebook", "account_id": "cosmetics", "impressions": 5091, "reach": 2752, "engagements": 100,
         "likes": 79,
         "comments": 4, "shares": 17, "clicks": 159, "engaged_users": 178, "_source": "page_posts", "_at": LATE},
        {"content_id": "r2", "platform": "Facebook", "account_id": "cosmetics", "impressions": 0, "reach": 10, "_source": "page_posts",
         "_at": LATE},
    ],
    ("import", "content_day"): [
        {"content_id": "w1", "date_day": "2026-10-01", "platform": "weibo", "account_id": "brand_cn", "impressions": 200, "reach": 150,
         "likes": 6,
         "comments": 2, "_source": "weibo", "_at": LATE},
        {"content_id": "w1", "date_day": "2026-10-02", "platform": "weibo", "account_id": "brand_cn", "impressions": 100, "reach": 90,
         "likes": 1, "_source": "weibo", "_at": LATE},
    ],
    ("import", "account_day"): [
        {"account_id": "brand_cn", "date_day": f"2026-{day}", "platform": "weibo", "account_name": "品牌", "followers": followers,
         "reach": reach,
         "impressions": 300, "_source": "weibo", "_at": LATE}
        for day, followers, reach in [("09-28", 500, 100), ("10-04", 510, None)]
    ],
    ("multiball", "load"): [
        load("meta_ads", "meta_ads", "ad_insights", "2026-10-01", "2026-10-03", LATE),
        load("facebook_pages", "facebook_pages", "page_insights", "2026-10-01", "2026-10-04", "2026-10-06T06:00:00", "55"),
        load("import", "google_export", "ad_day", "2026-10-29", "2026-10-29", "2026-12-26T06:00:00"),
    ],
}  # fmt: skip
