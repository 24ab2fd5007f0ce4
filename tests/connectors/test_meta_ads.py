from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from connectors.contract import ConnectorContract, Records, comparable, extract, quick
from connectors.local_server import Handler, Reply, Request, forward
from connectors.stand_in import StandIn, stand_in, world

from multiball.connectors.meta_ads.hooks import _actions
from multiball.shapes import Connector, Source, SourceError, Window

END = date(2026, 10, 4)


@pytest.fixture(scope="module")
def platform() -> Iterator[StandIn]:
    with stand_in("meta_ads") as served:
        yield served


@pytest.fixture(scope="module")
def source(platform: StandIn) -> Source:
    account = world().ad_accounts["account_id"][0].as_py()
    return platform.source("meta_ads", account, access_token=platform.module.ACCESS_TOKEN)


@pytest.fixture(scope="module")
def window() -> Window:
    return Window(END - timedelta(days=13), END)


class TestMetaAds(ConnectorContract):
    def test_impressions_are_those_of_the_world_at_every_level(self, records: Records, account: str, window: Window) -> None:
        ads = {ad["ad_id"] for ad in world().ads.to_pylist() if ad["account_id"] == account}
        shown = [row for row in world().ad_exposures.to_pylist() if row["ad_id"] in ads and window.start <= row["date"] <= window.end]
        wanted = sum(row["impressions"] for row in shown)
        assert wanted > 0
        for level in ("ad_insights", "campaign_insights", "account_insights"):
            assert sum(int(row["impressions"]) for row in records[level]) == wanted, level

    def test_period_reach_is_of_weeks_and_months_that_ended_and_no_sum_of_days(self, records: Records, window: Window) -> None:
        periods = {(row["period"], row["date_start"], row["date_stop"]): row for row in records["account_period_insights"]}
        ends = {kind: sorted(stop for period, _, stop in periods if period == kind) for kind in ("week", "month")}
        assert ends == {"week": ["2026-09-27", "2026-10-04"], "month": ["2026-09-30"]}
        week = [int(row["reach"]) for row in records["account_insights"] if row["date_start"] >= "2026-09-28"]
        assert max(week) < int(periods["week", "2026-09-28", "2026-10-04"]["reach"]) < sum(week)

    def test_every_window_of_an_action_is_within_the_wider_one(self, records: Records) -> None:
        clicked = [[row.get(f"actions_{window}", 0) for window in ("1d_click", "7d_click", "28d_click")] for row in records["ad_actions"]]
        assert clicked and all(narrow == sorted(narrow) for narrow in clicked)

    def test_a_report_that_is_too_large_or_fails_is_split_and_brings_the_same(
        self, it: Connector, source: Source, account: str, window: Window, records: Records, at: Callable[[Handler], Source]
    ) -> None:
        upstream, begun = forward(source.base_url), []

        def handle(request: Request) -> Reply:
            if request.path.endswith("/failing"):
                return Reply.of({"async_status": "Job Failed", "async_percent_completion": 0, "error_code": -2})
            if request.method == "POST":
                begun.append(request.body.decode())
                if len(begun) == 1:
                    return Reply.of({"error": {"code": 100, "error_subcode": 1487534, "message": "too many rows"}}, 400)
                if len(begun) == 3:
                    return Reply.of({"report_run_id": "failing"})
            return upstream(request)

        assert comparable(it, extract(at(handle), account, window)) == comparable(it, records)
        assert len(begun) == 3 + 2 + 2
        assert all("1d_click" in body and "1d_view" in body and "&breakdowns" not in body for body in begun)

    def test_the_reach_of_a_period_that_is_too_much_at_once_comes_by_a_report(
        self, it: Connector, source: Source, account: str, window: Window, records: Records, at: Callable[[Handler], Source]
    ) -> None:
        upstream = forward(source.base_url)

        def handle(request: Request) -> Reply:
            if request.method == "GET" and f"act_{account}/insights" in request.path:
                said = "Please reduce the amount of data you're asking for, then retry your request"
                return Reply.of({"error": {"code": 1, "message": said}}, 500)
            return upstream(request)

        brought = extract(at(handle), account, replace(window, current=False))
        of_periods = {"account_period_insights": records["account_period_insights"]}
        assert comparable(it, {"account_period_insights": brought["account_period_insights"]}) == comparable(it, of_periods)

    def test_a_report_that_never_finishes_is_reported(
        self, source: Source, account: str, window: Window, at: Callable[[Handler], Source]
    ) -> None:
        upstream = forward(source.base_url)

        def handle(request: Request) -> Reply:
            running = {"async_status": "Job Running", "async_percent_completion": 0}
            return Reply.of(running) if request.path.split("/")[-1].isdigit() else upstream(request)

        stuck = at(handle)
        stuck.options["report_seconds"] = 0.2  # type: ignore[index]
        with pytest.raises(SourceError, match=r"report \d+ did not finish"):
            extract(stuck, account, window)

    def test_days_that_meta_no_longer_keeps_are_left_out_and_reported(
        self, source: Source, account: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        ancient = extract(quick(source, source.base_url), account, Window(date(2020, 1, 1), date(2020, 2, 29), current=False))
        assert not any(ancient.values()) and "37 months" in caplog.text


def test_actions_of_one_type_add_up_over_destinations_and_missing_ones_stay_missing() -> None:
    shop = {"action_type": "purchase", "action_destination": "shop", "value": "2", "7d_click": "1"}
    app = {"action_type": "purchase", "action_destination": "app", "value": "3"}
    row = {
        "date_start": "2026-09-01",
        "ad_id": "1",
        "actions": [shop, app],
        "action_values": [{"action_type": "purchase", "value": "9.50"}],
    }
    same = {"date_start": "2026-09-01", "ad_id": "1", "action_type": "purchase"}
    assert list(_actions(row)) == [{**same, "actions": Decimal(5), "actions_7d_click": Decimal(1), "amount": Decimal("9.50")}]
    assert list(_actions({"date_start": "2026-09-01", "ad_id": "1"})) == []
