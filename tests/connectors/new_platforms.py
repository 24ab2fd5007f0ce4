"""Two platforms that the repository does not have, declared with the sandbox's kit: one sells ads, on the other accounts publish.

Both call their account `1`, count in pounds and in Tokyo's days, and answer as the scaffold's connectors expect it of the API that they
are written against. Their world is ten days long.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sandbox.kit import (
    ALWAYS,
    NEXT,
    ROW,
    ROWS,
    Accounts,
    Auth,
    Ended,
    Errors,
    Paging,
    Platform,
    Route,
    Window,
    const,
    restated,
    says,
    sql,
    text,
)  # fmt: skip
from sandbox.world import World
from tests.sandbox.tiny_world import tiny_world

TOKEN = "token-of-the-test"
FIRST, DAYS = date(2026, 10, 1), [date(2026, 10, 1) + timedelta(days=number) for number in range(10)]
ZONE = "Asia/Tokyo"
ERRORS = Errors(
    lambda said: {"message": said.message},
    {
        "token": says(401, "unknown token"),
        "expired_token": says(401, "the token has expired"),
        "account": says(404, "unknown account {account}"),
        "window": says(400, "{error}"),
        "page": says(400, "unknown {parameter}"),
        "rate_limited": says(429, "too many calls"),
        "server_error": says(500, "out of order"),
    },
)


def _platform(name: str, accounts: Accounts, account: Route, days: Route) -> Platform:
    return Platform(
        name,
        "https://example.com/api",
        [account, days],
        ERRORS,
        auth=Auth("bearer", TOKEN),
        accounts=accounts,
        envelope={"data": ROWS, "next_cursor": NEXT},
        paging=Paging("cursor", "cursor", usual=4, most=4),
    )


ADLAND = _platform(
    "adland",
    Accounts("ad_accounts", "account_id"),
    Route(
        "/v1/accounts/{account}",
        "ad_accounts",
        ["account_id", "name", "currency", ("time_zone", "timezone_name")],
        account="account_id",
        appears=ALWAYS,
        envelope=ROW,
        none="account",
    ),
    Route(
        "/v1/accounts/{account}/ads",
        sql("""
            select e.date, e.ad_id, a.name as ad_name, c.campaign_id, c.name as campaign_name, x.account_id, x.currency, x.timezone_name,
                s.spend, s.first_reported_spend, s.settled_at, sum(e.impressions)::bigint as impressions, sum(e.clicks)::bigint as clicks
            from ad_exposures e join ads a using (ad_id) join campaigns c using (campaign_id)
                join ad_accounts x on x.account_id = a.account_id join ad_spend s on s.ad_id = e.ad_id and s.date = e.date
            group by all
        """),
        [
            ("date_day", text("date")), "ad_id", "ad_name", "campaign_id", "campaign_name", "account_id", "impressions", "clicks",
            ("spend", restated("spend", "first_reported_spend", "settled_at")), "currency",
        ],
        account="account_id",
        window=Window("since", "until", "date"),
        appears=Ended("date", zone_column="timezone_name"),
    ),
)  # fmt: skip
POSTGRAM = _platform(
    "postgram",
    Accounts("pages", "page_id"),
    Route(
        "/v1/accounts/{account}",
        "pages",
        [("account_id", "page_id"), "name", ("currency", const("GBP")), ("time_zone", const(ZONE))],
        account="page_id",
        appears=ALWAYS,
        envelope=ROW,
        none="account",
    ),
    Route(
        "/v1/accounts/{account}/days",
        sql("""
            with seen as (
                select v.date, p.page_id, sum(v.views)::bigint as impressions, count(distinct v.person_id) as reach
                from post_views v join posts p using (post_id) group by all
            ), done as (
                select e.happened_at::date as date, p.page_id, count(*) filter (e.kind = 'like') as likes,
                    count(*) filter (e.kind = 'comment') as comments, count(*) filter (e.kind = 'share') as shares
                from post_engagements e join posts p using (post_id) group by all
            )
            select date, page_id, followers, impressions, reach, likes, comments, shares
            from page_days join seen using (date, page_id) join done using (date, page_id)
        """),
        [
            ("date_day", text("date")), ("account_id", "page_id"), "followers", "impressions", "reach", "likes", "comments", "shares",
        ],
        account="page_id",
        window=Window("since", "until", "date"),
        appears=Ended("date", ZONE),
    ),
)  # fmt: skip
PLATFORMS = {platform.name: platform for platform in (ADLAND, POSTGRAM)}


def small_world() -> World:
    """Ten days of one ad, which costs 1.50 a day, and of one post that the same seven people look at."""
    persons, kinds = range(1, 8), ("like", "like", "like", "comment", "comment", "share")
    return tiny_world(
        ad_accounts=[{"account_id": "1", "name": "An account", "currency": "GBP", "timezone_name": ZONE, "account_status": 1}],
        campaigns=[{"campaign_id": "c1", "account_id": "1", "name": "A campaign"}],
        ads=[{"ad_id": "a1", "campaign_id": "c1", "account_id": "1", "name": "An ad"}],
        ad_exposures=[{"date": day, "ad_id": "a1", "person_id": 1, "impressions": day.day, "clicks": 1} for day in DAYS],
        ad_spend=_spend(DAYS),
        pages=[{"page_id": "1", "name": "An account"}],
        posts=[{"post_id": "p1", "page_id": "1", "created_at": datetime(2026, 9, 30)}],
        page_days=[{"date": day, "page_id": "1", "followers": 100 + day.day} for day in DAYS],
        post_views=[{"date": day, "post_id": "p1", "person_id": one, "views": 4 if one == 1 else 1} for day in DAYS for one in persons],
        post_engagements=[
            {"engagement_id": f"{day}-{number}", "post_id": "p1", "person_id": 1, "kind": kind, "happened_at": _noon(day)}
            for day in DAYS
            for number, kind in enumerate(kinds)
        ],
    )


def _spend(days: Sequence[date]) -> list[dict[str, Any]]:
    """What a day costs, 1.20 of it known at once and the rest three days later."""
    amounts = {"spend": Decimal("1.50"), "first_reported_spend": Decimal("1.20")}
    return [{"date": day, "ad_id": "a1", **amounts, "settled_at": _noon(day) + timedelta(days=3)} for day in days]


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12)
