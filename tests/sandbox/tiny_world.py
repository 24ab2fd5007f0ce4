"""A world small enough to count on paper, for the platform stand-ins: two ad accounts, a few persons, one page with a few posts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa

from sandbox.world import SCHEMAS, World

START, END = date(2026, 9, 1), date(2026, 10, 31)
CREATED = datetime(2026, 8, 1, 10)
BERLIN, NEW_YORK = "900100200300401", "900100200300402"
PAGE, OTHER_PAGE = "1090000000001", "1090000000002"


def tiny_world(**tables: list[dict[str, Any]]) -> World:
    """A world of the given rows; a column that a row leaves out is null, a table not given is empty."""
    filled = {
        name: pa.Table.from_pylist([dict.fromkeys(schema.names) | row for row in tables.get(name, [])], schema=schema)
        for name, schema in SCHEMAS.items()
    }
    return World(seed=1, start=START, end=END, scale=1.0, **filled)


def at(year: int, month: int, day: int, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


def advertising(days: int = 30) -> dict[str, list[dict[str, Any]]]:
    """Two accounts. In Berlin two campaigns of two ads each; person p sees ad a on every third day; every fifth
    person clicks, on every other day."""
    persons = [{"person_id": number, "country": "DE" if number % 2 else "AT"} for number in range(1, 21)]
    accounts = [
        {"account_id": BERLIN, "name": "Brand EU", "currency": "EUR", "timezone_name": "Europe/Berlin", "account_status": 1},
        {"account_id": NEW_YORK, "name": "Brand US", "currency": "USD", "timezone_name": "America/New_York", "account_status": 1},
    ]
    campaigns, ad_sets, ads = [], [], []
    for number, account_id in enumerate((BERLIN, BERLIN, NEW_YORK)):
        stamps = {"created_at": CREATED, "updated_at": CREATED + timedelta(days=2)}
        campaign_id, adset_id = f"12000000000000{number}001", f"12000000000000{number}002"
        campaigns.append(
            stamps
            | {"campaign_id": campaign_id, "account_id": account_id, "name": f"Campaign {number}", "objective": "OUTCOME_SALES"}
            | {"status": "ACTIVE", "daily_budget_minor": 500, "started_on": date(2026, 8, 1), "ended_on": None}
        )
        ad_sets.append(
            stamps
            | {"adset_id": adset_id, "campaign_id": campaign_id, "account_id": account_id, "name": f"Set {number}", "status": "ACTIVE"}
            | {
                "optimization_goal": "OFFSITE_CONVERSIONS",
                "click_window_days": 7 if number != 1 else 1,
                "view_window_days": 1 if number != 1 else 0,
            }
        )
        for position in range(2):
            ads.append(
                stamps
                | {
                    "ad_id": f"1200000000000{number}{position}017",
                    "adset_id": adset_id,
                    "campaign_id": campaign_id,
                    "account_id": account_id,
                }
                | {"name": f"Ad {number}{position}", "status": "ACTIVE", "link_url": "https://shop.example/"}
                | {"url_tags": f"utm_source=facebook&utm_campaign=c{number}" if number != 1 else None}
            )
    exposures, spend = [], []
    for offset in range(days):
        day = START + timedelta(days=offset)
        for index, ad in enumerate(ads):
            if index == 3 and offset % 2:
                continue
            for person in range(1, 21):
                if (offset + person + index) % 3 == 0:
                    clicked = int(person % 5 == 0 and offset % 2 == 0)
                    seen = {"date": day, "ad_id": ad["ad_id"], "person_id": person, "impressions": 2 + person % 3}
                    exposures.append(seen | {"clicks": clicked * (1 + int(person == 10)), "link_clicks": clicked})
            settled = datetime.combine(day, datetime.min.time()) + timedelta(days=3)
            spent = Decimal("10.00") + index
            spend.append(
                {"date": day, "ad_id": ad["ad_id"], "spend": spent, "first_reported_spend": spent - Decimal("0.37"), "settled_at": settled}
            )
    return {
        "persons": persons, "ad_accounts": accounts, "campaigns": campaigns, "ad_sets": ad_sets, "ads": ads, "ad_exposures": exposures,
        "ad_spend": spend, "ad_conversions": conversions(ads),
    }  # fmt: skip


def conversions(ads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """On the first ad, all touched on 2026-09-02: bought 6 h, 5 and 20 days after a click and 3 h after a view; one lead."""
    touched = datetime(2026, 9, 2, 10)
    claims = [("click", "purchase", 6, "20.00"), ("click", "purchase", 5 * 24, "30.50"), ("click", "purchase", 20 * 24, "40.00")]
    claims += [("view", "purchase", 3, "10.00"), ("click", "lead", 2, "0.00")]
    return [
        {"conversion_id": str(number), "ad_id": ads[0]["ad_id"], "person_id": 5, "action": action, "kind": kind, "value": Decimal(value)}
        | {"touched_on": touched.date(), "touched_at": touched, "converted_at": touched + timedelta(hours=hours)}
        | {"reported_at": touched + timedelta(hours=hours + 20), "currency": "EUR"}
        for number, (kind, action, hours, value) in enumerate(claims)
    ]


def organic() -> dict[str, list[dict[str, Any]]]:
    """Two pages. On the first one eleven posts (two in the same second), seen by a few persons for weeks; the second has few likes."""
    pages = [
        {"page_id": page, "name": name, "username": name.lower(), "category": "Shop", "link": f"https://www.facebook.com/{name.lower()}"}
        for page, name in ((PAGE, "Brand"), (OTHER_PAGE, "Newcomer"))
    ]
    posts, views, engagements = [], [], []
    for number in range(1, 12):
        created = datetime(2026, 10, 12, 18) + timedelta(days=2 * (number if number != 6 else 5))
        kinds = ("added_photos", "photo") if number % 2 else ("added_video", "video")
        posts.append(
            {
                "post_id": f"{PAGE}_{number}",
                "page_id": PAGE,
                "message": None if number % 4 == 3 else f"Post {number}",
                "created_at": created,
            }
            | {"permalink_url": f"https://www.facebook.com/brand/posts/{number}", "status_type": kinds[0], "media_type": kinds[1]}
        )
        for age in range(12):
            for person in range(1 + number % 3, 12 - age, 2):
                seen = {
                    "date": created.date() + timedelta(days=age),
                    "post_id": f"{PAGE}_{number}",
                    "person_id": person,
                    "views": 1 + age % 2,
                }
                views += [seen | {"is_from_ads": False}] + [seen | {"is_from_ads": True}] * (number == 4 or person == 3)
        for order, kind in enumerate(("like", "love", "click", "comment", "share", "like")):
            if kind == "share" and number % 2 == 0:
                continue
            engagements.append(
                {"engagement_id": f"{number}-{order}", "post_id": f"{PAGE}_{number}", "person_id": order + 1, "kind": kind}
                | {"message": "Nice" if kind == "comment" else None, "happened_at": created + timedelta(hours=3 * order)}
            )
    posts.append(posts[0] | {"post_id": f"{OTHER_PAGE}_1", "page_id": OTHER_PAGE})
    page_days = [
        {
            "date": date(2026, 7, 1) + timedelta(days=day),
            "page_id": page,
            "follows": 2 + day % 3,
            "unfollows": day % 2,
            "page_views": day % 7,
        }
        | {"followers": base + 2 * day, "fans": base + day - 10}
        for day in range(150)
        for page, base in ((PAGE, 300), (OTHER_PAGE, -60))
    ]
    return {"pages": pages, "posts": posts, "post_views": views, "post_engagements": engagements, "page_days": page_days}
