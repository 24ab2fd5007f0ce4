from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from connectors.contract import ConnectorContract, Records, comparable, extract, quick
from connectors.local_server import Handler, Reply, Request, counting, forward
from connectors.stand_in import NOW, StandIn, stand_in, world

from multiball.shapes import Connector, Source, SourceError, Window

END = date(2026, 10, 10)
FIRST_POSTS = date(2026, 9, 28)


@pytest.fixture(scope="module")
def platform() -> Iterator[StandIn]:
    with stand_in("facebook_pages") as served:
        yield served


@pytest.fixture(scope="module")
def source(platform: StandIn) -> Source:
    page = world().pages["page_id"][0].as_py()
    return replace(platform.source("facebook_pages", page, access_token=platform.module.ACCESS_TOKEN), history_from=FIRST_POSTS)


@pytest.fixture(scope="module")
def window() -> Window:
    return Window(END - timedelta(days=9), END)


class TestFacebookPages(ConnectorContract):
    def test_all_posts_since_the_history_begins_are_there(self, records: Records, account: str) -> None:
        begin = datetime.combine(FIRST_POSTS, time(), ZoneInfo("America/Los_Angeles")).astimezone(UTC).replace(tzinfo=None)
        posts = [row for row in world().posts.to_pylist() if row["page_id"] == account]
        published = {row["post_id"] for row in posts if begin <= row["created_at"] <= NOW.replace(tzinfo=None)}
        assert published and {row["post_id"] for row in records["posts"]} == published
        assert {row["post_id"] for row in records["post_insights"]} == published

    def test_days_are_pacific_and_complete(self, records: Records, account: str, window: Window) -> None:
        views = {
            row["date_day"]: row["value"]
            for row in records["page_insights"]
            if (row["metric"], row["period"], row["is_from_ads"]) == ("page_media_view", "day", "")
        }
        assert list(views) == list(window.days())
        posts = {row["post_id"] for row in world().posts.to_pylist() if row["page_id"] == account}
        truth = [row for row in world().post_views.to_pylist() if row["post_id"] in posts and row["date"] == window.start]
        assert views[window.start] == sum(row["views"] for row in truth)
        ends = {datetime.fromisoformat(row["end_time"]).hour for row in records["page_insights"]}
        assert ends == {7}

    def test_views_split_into_organic_and_paid(self, records: Records) -> None:
        views = [row for row in records["page_insights"] if row["metric"] == "page_media_view" and row["period"] == "day"]
        parts = {flag: sum(row["value"] for row in views if row["is_from_ads"] == flag) for flag in ("", "0", "1")}
        assert parts["0"] + parts["1"] == parts[""] > 0

    def test_a_retired_metric_yields_no_rows_and_fails_nothing_else(
        self, platform: StandIn, source: Source, account: str, window: Window, records: Records, caplog: pytest.LogCaptureFixture
    ) -> None:
        platform.faults.add("facebook_pages", "retired_metric", times=None, metric="page_media_view")
        with caplog.at_level(logging.WARNING):
            left = extract(quick(source, source.base_url), account, window)["page_insights"]
        platform.faults.clear()
        assert left == [row for row in records["page_insights"] if row["metric"] != "page_media_view"]
        assert "page_media_view yields no rows" in caplog.text

    def test_metrics_that_an_answer_leaves_out_are_asked_for_again(
        self, platform: StandIn, source: Source, account: str, window: Window, records: Records
    ) -> None:
        platform.faults.add("facebook_pages", "half_page", path="*/insights", times=1)
        again = extract(quick(source, source.base_url), account, replace(window, current=False))["page_insights"]
        platform.faults.clear()
        assert sorted(map(repr, again)) == sorted(map(repr, records["page_insights"]))

    def test_no_call_asks_for_more_than_90_days(self, source: Source, account: str, at: Callable[[Handler], Source]) -> None:
        seen: list[Request] = []
        extract(at(counting(forward(source.base_url), seen)), account, Window(END - timedelta(days=90), END, current=False))
        spans = [
            date.fromisoformat(request.query["until"]) - date.fromisoformat(request.query["since"])
            for request in seen
            if "until" in request.query
        ]
        assert len(spans) == 8 and max(spans) == timedelta(days=90)

    def test_totals_that_the_token_may_not_read_stay_absent(
        self, source: Source, account: str, window: Window, at: Callable[[Handler], Source]
    ) -> None:
        upstream = forward(source.base_url)

        def handle(request: Request) -> Reply:
            if "reactions" in request.query.get("fields", ""):
                return Reply.of({"error": {"code": 10, "message": "(#10) needs pages_read_user_content"}}, 400)
            return upstream(request)

        posts = extract(at(handle), account, window)["posts"]
        assert posts and all(row["reactions"] is None and row["comments"] is None for row in posts)
        assert any("message" in row for row in posts)

    @pytest.mark.parametrize("code", [1, 10, 100, 200])
    def test_what_is_too_much_at_once_is_asked_for_in_parts_and_nothing_is_lost(
        self, it: Connector, source: Source, account: str, window: Window, records: Records, at: Callable[[Handler], Source], code: int
    ) -> None:
        upstream = forward(source.base_url)

        def handle(request: Request) -> Reply:
            asked, metrics = request.query, request.query.get("metric", "").split(",")
            days = (
                date.fromisoformat(asked["until"]) - date.fromisoformat(asked["since"])
                if "metric" in asked and "until" in asked
                else timedelta(1)
            )
            many = int(asked.get("limit", 1)) > 3 and "published_posts" in request.path
            if many or len(metrics) > 2 or days > timedelta(3):
                said = f"(#{code}) Please reduce the amount of data you're asking for, then retry your request: metric"
                return Reply.of({"error": {"code": code, "message": said}}, 500 if code == 1 else 400)
            return upstream(request)

        assert comparable(it, extract(at(handle), account, window)) == comparable(it, records)

    def test_one_day_of_one_metric_that_is_too_much_fails_with_the_platforms_words(
        self, source: Source, account: str, window: Window, at: Callable[[Handler], Source]
    ) -> None:
        upstream = forward(source.base_url)

        def handle(request: Request) -> Reply:
            said = "Please reduce the amount of data you're asking for, then retry your request"
            return Reply.of({"error": {"code": 1, "message": said}}, 500) if "/insights" in request.path else upstream(request)

        with pytest.raises(SourceError, match="Please reduce the amount"):
            extract(at(handle), account, replace(window, current=False))

    def test_a_page_that_the_token_does_not_manage_is_reported_with_those_that_it_does(
        self, source: Source, account: str, window: Window
    ) -> None:
        with pytest.raises(SourceError, match="does not manage page 1") as failure:
            extract(quick(source, source.base_url), "1", window)
        assert account in failure.value.remedy
