"""What the Meta stand-ins report of the seeded world equals the truth that is counted from it apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from sandbox import truth
from sandbox.platforms import facebook_pages, meta_ads
from sandbox.serve import Sandbox

FIRST, LAST = "2025-12-15", "2026-01-05"
Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def ask(sandbox: Sandbox) -> Iterator[Ask]:
    with httpx.Client(timeout=60) as http:

        def get(platform: str, path: str, token: str, **given: Any) -> list[dict[str, Any]]:
            response = http.get(f"{sandbox[platform]}/v26.0/{path}", params=given, headers={"Authorization": f"Bearer {token}"})
            assert response.status_code == 200, response.text
            return list(response.json()["data"])

        yield get


def rows_of(sandbox: Sandbox, name: str) -> list[dict[str, Any]]:
    rows = truth.TABLES[name](sandbox.world, sandbox.clock.now()).to_pylist()
    assert rows
    return rows


def insights(ask: Ask, sandbox: Sandbox, **given: Any) -> list[dict[str, Any]]:
    accounts = sandbox.world.ad_accounts["account_id"].to_pylist()
    assert len(accounts) == 2
    given = {"time_range": f'{{"since":"{FIRST}","until":"{LAST}"}}', "limit": 1000} | given
    return [row for account in accounts for row in ask("meta_ads", f"act_{account}/insights", meta_ads.ACCESS_TOKEN, **given)]


def test_every_ad_day_that_is_settled(ask: Ask, sandbox: Sandbox) -> None:
    fields = "ad_id,impressions,clicks,inline_link_clicks,reach,spend"
    ours = {(row["date_start"], row["ad_id"]): row for row in insights(ask, sandbox, level="ad", time_increment=1, fields=fields)}
    theirs = {(str(row["date"]), row["ad_id"]): row for row in rows_of(sandbox, "ad_day") if FIRST <= str(row["date"]) <= LAST}
    assert set(ours) == set(theirs)
    for key, row in theirs.items():
        counts = tuple(int(ours[key].get(name, "0")) for name in ("impressions", "clicks", "inline_link_clicks", "reach"))
        assert counts == (row["impressions"], row["clicks"], row["link_clicks"], row["reach"])
        shown = Decimal(ours[key]["spend"])
        assert shown == row["spend"] if key[0] < "2026-01-01" else shown <= row["spend"]


def test_every_claimed_conversion_by_window(ask: Ask, sandbox: Sandbox) -> None:
    windows = ("1d_click", "7d_click", "28d_click", "1d_view")
    asked = {"level": "ad", "time_increment": 1, "fields": "ad_id,actions", "action_attribution_windows": ",".join(windows)}
    ours = {
        (row["date_start"], row["ad_id"], action["action_type"]): action
        for row in insights(ask, sandbox, **asked)
        for action in row.get("actions", ())
        if action["action_type"] in ("purchase", "lead")
    }
    theirs = {
        (str(row["date"]), row["ad_id"], row["action"]): row
        for row in rows_of(sandbox, "ad_conversion_day")
        if FIRST <= str(row["date"]) <= LAST
    }
    counted = {key: {window: row[f"count_{window}"] for window in windows if row[f"count_{window}"]} for key, row in theirs.items()}
    shown = {key: {window: int(action[window]) for window in windows if window in action} for key, action in ours.items()}
    assert shown == {key: counts for key, counts in counted.items() if counts} and shown


@pytest.mark.parametrize("level", ["account", "campaign", "ad"])
def test_reach_of_a_week_at_every_level(ask: Ask, sandbox: Sandbox, level: str) -> None:
    week = '{"since":"2025-12-29","until":"2026-01-04"}'
    ours = {
        row[f"{level}_id"]: int(row["reach"]) for row in insights(ask, sandbox, level=level, time_range=week, fields=f"{level}_id,reach")
    }
    theirs = {
        row["id"]: row["reach"]
        for row in rows_of(sandbox, "ad_reach")
        if (row["level"], row["period"], str(row["date_start"])) == (level, "week", "2025-12-29")
    }
    assert ours == theirs and ours


def test_views_and_reach_of_pages_by_day_and_week(ask: Ask, sandbox: Sandbox) -> None:
    theirs = {(row["page_id"], row["period"], row["date_stop"]): row for row in rows_of(sandbox, "page_reach")}
    compared = 0
    for page in sandbox.world.pages["page_id"].to_pylist():
        for period in ("day", "week"):
            asked = {"metric": "page_media_view,page_total_media_view_unique", "period": period, "since": FIRST, "until": LAST}
            views, reach = ask("facebook_pages", f"{page}/insights", facebook_pages.page_token(page), **asked)
            for viewed, reached in zip(views["values"], reach["values"], strict=True):
                day = date.fromisoformat(viewed["end_time"][:10]) - timedelta(days=1)
                if period == "week" and day.isoweekday() != 7:
                    continue
                row = theirs.get((page, period, day), {"views": 0, "reach": 0})
                assert (viewed["value"], reached["value"]) == (row["views"], row["reach"])
                compared += row["views"] > 0
    assert compared > 20


def test_counters_of_posts(ask: Ask, sandbox: Sandbox) -> None:
    theirs = {row["post_id"]: row for row in rows_of(sandbox, "post_total")}
    fields = "id,shares,reactions.summary(total_count).limit(0),comments.summary(total_count).limit(0)"
    found = 0
    for page in sandbox.world.pages["page_id"].to_pylist():
        token = facebook_pages.page_token(page)
        for post in ask("facebook_pages", f"{page}/published_posts", token, fields=fields, limit=100):
            row = theirs[post["id"]]
            totals = (post["reactions"]["summary"]["total_count"], post["comments"]["summary"]["total_count"])
            assert totals == (row["reactions"], row["comments"]) and post.get("shares", {}).get("count", 0) == row["shares"]
            metrics = "post_media_view,post_total_media_view_unique,post_clicks"
            values = [insight["values"][0]["value"] for insight in ask("facebook_pages", f"{post['id']}/insights", token, metric=metrics)]
            assert values == [row["views"], row["reach"], row["clicks"]]
            found += 1
    assert found == len(theirs)
