"""Platforms that nobody offers, declared in each form that the kit knows, over a world small enough to count on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sandbox.kit import (
    COUNT,
    LINK,
    MORE,
    NEXT,
    PAGE,
    PAGES,
    ROWS,
    TOTAL,
    Accounts,
    Auth,
    Ended,
    Errors,
    Paging,
    Platform,
    Route,
    Window,
    moment,
    says,
    sql,
    text,
)
from sandbox.world import World
from tests.sandbox.tiny_world import advertising, tiny_world

TOKEN = "invented-token"
SPEND = sql(
    "select date, ad_id, account_id, timezone_name, spend, first_reported_spend, settled_at, (spend * 100)::bigint as cents "
    "from ad_spend join ads using (ad_id) join ad_accounts using (account_id)"
)
ERRORS = Errors(
    lambda said: {"fault": {"code": said.more.get("code", 0), "text": said.message}},
    {
        "token": says(403, "who are you?", code=7),
        "expired_token": says(403, "the token is old", code=8),
        "account": says(404, "no account {account}"),
        "window": says(422, "{start} and {end}: {error}"),
        "size": says(400, "{parameter} is {value}, at most {most}"),
        "page": says(400, "{parameter} is {value}"),
        "rate_limited": says(429, "slower"),
        "server_error": says(500, "down"),
    },
)
SPEND_DAYS = Route(
    "/{account}/days",
    SPEND,
    fields=["ad_id", ("date", text("date")), ("money.spend", text("spend"))],
    account="account_id",
    window=Window("from", "to", "date"),
    appears=Ended("date", zone_column="timezone_name"),
)
PLATFORM = Platform(
    "invented",
    "https://invented.example/docs",
    [SPEND_DAYS],
    ERRORS,
    auth=Auth("bearer", TOKEN),
    accounts=Accounts("ad_accounts", "account_id"),
    envelope={"items": ROWS, "more": {"cursor": NEXT}},
    paging=Paging("cursor", "cursor", size="limit", usual=5, most=20),
)


def tiny() -> World:
    """Two accounts, six ads, thirty days of spend."""
    return tiny_world(**advertising())


def with_route(**changes: Any) -> Platform:
    """The platform with another route."""
    return replace(PLATFORM, routes=[replace(SPEND_DAYS, **changes)])


def in_each_paging() -> Iterator[Platform]:
    """The platform once for each way of paging, with an envelope that belongs to it."""
    for kind, envelope, last in (
        ("cursor", {"items": ROWS, "paging": {"next": {"after": NEXT, "link": LINK}}}, "absent"),
        ("offset", {"response": {"items": ROWS, "total": TOTAL}}, "null"),
        ("page_number", {"items": ROWS, "info": {"page": PAGE, "pages": PAGES, "count": COUNT, "more": MORE}}, "null"),
        ("json_link", {"items": ROWS, "next": LINK}, "null"),
        ("header_link", ROWS, "null"),
    ):
        paging = Paging(kind, "place", size="limit", usual=5, most=20, last=last)
        yield replace(PLATFORM, name=kind, envelope=envelope, paging=paging)


EVENTS = replace(
    PLATFORM,
    name="events",
    routes=[
        Route(
            "/{account}/events",
            "events",
            fields=["event_id", ("at", moment("occurred_at"))],
            window=Window("from", "to", "occurred_at", "moment"),
            appears="received_at",
            paging=Paging("cursor", "cursor", usual=2, most=2, key=lambda row: f"{row['occurred_at']}/{row['event_id']}"),
        )
    ],
)
"""Its cursor holds a key, so that late rows shift nothing."""
