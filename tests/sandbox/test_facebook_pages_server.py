"""The Pages stand-in, asked over HTTP and compared with counts made here from the world's own rows."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from tiny_world import OTHER_PAGE, PAGE, at, organic, tiny_world

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.platforms.facebook_pages import ACCESS_TOKEN, page_token
from sandbox.serve import serve

ROWS = organic()
ON_PAGE = {post["post_id"] for post in ROWS["posts"] if post["page_id"] == PAGE}
VIEWS = [row for row in ROWS["post_views"] if row["post_id"] in ON_PAGE]
NOW = at(2026, 11, 20)
PACIFIC = ZoneInfo("America/Los_Angeles")


class Api:
    """A client of the stand-in, and the clock that it runs by."""

    def __init__(self, base: str, clock: Clock, faults: Faults) -> None:
        self.clock, self.faults = clock, faults
        self.http = httpx.Client(base_url=base)

    def ask(self, path: str, token: str | None = page_token(PAGE), version: str = "v26.0", **given: Any) -> httpx.Response:
        return self.http.get(f"/{version}/{path}", params=given, headers={"Authorization": f"Bearer {token}"} if token else {})

    def get(self, path: str, **given: Any) -> dict[str, Any]:
        response = self.ask(path, **given)
        assert response.status_code == 200, response.text
        return response.json()

    def error(self, path: str, **given: Any) -> tuple[int, int | None]:
        response = self.ask(path, **given)
        assert response.status_code == 400, response.text
        error = response.json()["error"]
        assert {"message", "type", "fbtrace_id"} <= set(error)
        return error["code"], error.get("error_subcode")

    def values(self, metric: str, **given: Any) -> list[dict[str, Any]]:
        (insight,) = self.get(f"{PAGE}/insights", metric=metric, **given)["data"]
        return insight["values"]


@pytest.fixture(scope="module")
def server() -> Iterator[Api]:
    with serve(tiny_world(**ROWS), NOW, ("facebook_pages",)) as running:
        yield Api(running["facebook_pages"], running.clock, running.faults)


@pytest.fixture
def api(server: Api) -> Iterator[Api]:
    yield server
    server.clock.set(NOW)
    server.faults.clear()


def test_the_user_gets_a_token_for_each_page_with_which_me_is_that_page(api: Api) -> None:
    pages = api.get("me/accounts", token=ACCESS_TOKEN, fields="id,name,access_token,tasks")["data"]
    assert [page["id"] for page in pages] == [PAGE, OTHER_PAGE]
    assert all("ANALYZE" in page["tasks"] for page in pages)
    assert {api.get("me", token=page["access_token"])["id"] for page in pages} == {PAGE, OTHER_PAGE}


def test_a_page_shows_its_stocks_at_the_end_of_the_last_pacific_day(api: Api) -> None:
    page = api.get(PAGE, fields="name,username,fan_count,followers_count,instagram_business_account")
    (last,) = (row for row in ROWS["page_days"] if row["page_id"] == PAGE and row["date"] == date(2026, 11, 19))
    assert (page["fan_count"], page["followers_count"]) == (last["fans"], last["followers"]) and page["fan_count"] != page[
        "followers_count"
    ]
    assert "instagram_business_account" not in page
    api.clock.set(at(2026, 11, 2, 7))
    known = {row["date"]: row["followers"] for row in ROWS["page_days"] if row["page_id"] == PAGE}
    assert api.get(PAGE, fields="followers_count")["followers_count"] == known[date(2026, 10, 31)]
    api.clock.set(at(2026, 11, 2, 8))
    assert api.get(PAGE, fields="followers_count")["followers_count"] == known[date(2026, 11, 1)]


def test_insights_and_posts_need_the_pages_own_token(api: Api) -> None:
    for path in (f"{PAGE}/insights", f"{PAGE}/published_posts"):
        for token in (ACCESS_TOKEN, page_token(OTHER_PAGE)):
            assert api.error(path, token=token, metric="page_media_view") == (190, 2069032)
    assert api.error(PAGE, token="stolen") == (190, 467)


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_the_feed_holds_every_post_exactly_once_newest_first_also_in_the_same_second(api: Api, limit: int) -> None:
    page = api.get(f"{PAGE}/published_posts", fields="id,created_time", limit=limit)
    found = list(page["data"])
    while "next" in page["paging"]:
        assert {"until", "__paging_token"} <= set(httpx.URL(page["paging"]["next"]).params)
        page = api.http.get(page["paging"]["next"], headers={"Authorization": f"Bearer {page_token(PAGE)}"}).json()
        assert page["data"]
        found += page["data"]
    assert Counter(post["id"] for post in found) == Counter(ON_PAGE)
    assert [post["created_time"] for post in found] == sorted((post["created_time"] for post in found), reverse=True)
    assert len({post["created_time"] for post in found}) < len(found)


def test_previous_leads_back_to_newer_posts(api: Api) -> None:
    first = api.get(f"{PAGE}/published_posts", limit=2)
    bearer = {"Authorization": f"Bearer {page_token(PAGE)}"}
    second = api.http.get(first["paging"]["next"], headers=bearer).json()
    assert api.http.get(second["paging"]["previous"], headers=bearer).json()["data"] == first["data"]
    assert api.http.get(first["paging"]["previous"], headers=bearer).json() == {"data": []}


def test_since_and_until_bound_the_feed(api: Api) -> None:
    days = {post["created_at"].date() for post in ROWS["posts"] if post["page_id"] == PAGE}
    assert len(days) > 3
    found = api.get(f"{PAGE}/published_posts", since="2026-10-20", until="2026-10-25", limit=100)["data"]
    expected = [
        post["post_id"]
        for post in ROWS["posts"]
        if post["page_id"] == PAGE
        and datetime(2026, 10, 20, tzinfo=PACIFIC)
        <= post["created_at"].replace(tzinfo=ZoneInfo("UTC"))
        <= datetime(2026, 10, 25, tzinfo=PACIFIC)
    ]
    assert {post["id"] for post in found} == set(expected) and expected
    assert api.error(f"{PAGE}/published_posts", limit=101)[0] == 100


def test_posts_to_come_are_not_there_yet(api: Api) -> None:
    api.clock.set(at(2026, 10, 18))
    early = {post["post_id"] for post in ROWS["posts"] if post["page_id"] == PAGE and post["created_at"] <= datetime(2026, 10, 18, 12)}
    assert {post["id"] for post in api.get(f"{PAGE}/published_posts")["data"]} == early and len(early) < len(ON_PAGE)
    assert api.error(f"{PAGE}_11")[1] == 33


def test_what_a_post_lacks_is_missing_and_totals_come_with_summary(api: Api) -> None:
    fields = "message,shares,attachments{media_type},reactions.summary(total_count).limit(0),comments.summary(total_count).limit(0)"
    posts = {post["id"]: post for post in api.get(f"{PAGE}/published_posts", fields=fields, limit=100)["data"]}
    kinds = Counter((row["post_id"], row["kind"]) for row in ROWS["post_engagements"])
    for row in ROWS["posts"]:
        if row["page_id"] != PAGE:
            continue
        post, post_id = posts[row["post_id"]], row["post_id"]
        assert post.get("message") == row["message"] and ("message" in post) == (row["message"] is not None)
        shares = kinds[post_id, "share"]
        assert post.get("shares") == ({"count": shares} if shares else None)
        assert post["reactions"] == {"data": [], "summary": {"total_count": kinds[post_id, "like"] + kinds[post_id, "love"]}}
        assert post["comments"] == {"data": [], "summary": {"total_count": kinds[post_id, "comment"]}}
        assert post.get("attachments", {}).get("data", [{}])[0].get("media_type") == row["media_type"]
    assert any("message" not in post for post in posts.values()) and any("shares" not in post for post in posts.values())


def test_comments_come_with_their_text_and_move_the_posts_updated_time(api: Api) -> None:
    post = api.get(f"{PAGE}_1", fields="created_time,updated_time,comments{message}")
    assert post["comments"]["data"][0]["message"] == "Nice"
    assert post["updated_time"] > post["created_time"]


def between(first: date, last: date, rows: list[dict[str, Any]] = VIEWS) -> list[dict[str, Any]]:
    return [row for row in rows if first <= row["date"] <= last]


@pytest.mark.parametrize(("period", "days"), [("day", 1), ("week", 7), ("days_28", 28)])
def test_unique_reach_is_the_distinct_persons_of_its_rolling_window_and_never_the_sum(api: Api, period: str, days: int) -> None:
    asked = {"since": "2026-10-20", "until": "2026-11-05"}
    values = api.values("page_total_media_view_unique", period=period, **asked)
    views = api.values("page_media_view", period=period, **asked)
    daily = [value["value"] for value in api.values("page_total_media_view_unique", period="day", since="2026-10-10", until="2026-11-05")]
    assert len(values) == 16
    for number, value in enumerate(values):
        day = date(2026, 10, 20) + timedelta(days=number)
        mine = between(day - timedelta(days=days - 1), day)
        assert value["value"] == len({row["person_id"] for row in mine})
        assert views[number]["value"] == sum(row["views"] for row in mine)
    if days == 7:
        assert values[-1]["value"] < sum(daily[-7:])


def test_days_end_at_pacific_midnight_through_the_change_of_clocks(api: Api) -> None:
    values = api.values("page_media_view", period="day", since="2026-10-30", until="2026-11-03")
    assert [value["end_time"] for value in values] == [
        "2026-10-31T07:00:00+0000",
        "2026-11-01T07:00:00+0000",
        "2026-11-02T08:00:00+0000",
        "2026-11-03T08:00:00+0000",
    ]


def test_unix_seconds_and_days_mean_the_same_and_the_first_value_ends_after_since(api: Api) -> None:
    since, until = (int(datetime(2026, 11, day, tzinfo=PACIFIC).timestamp()) for day in (1, 4))
    by_seconds = api.values("page_media_view", period="day", since=since, until=until)
    assert by_seconds == api.values("page_media_view", period="day", since="2026-11-01", until="2026-11-04")
    assert by_seconds[0]["end_time"] == "2026-11-02T08:00:00+0000" and len(by_seconds) == 3


def test_the_day_that_runs_is_not_reported_yet(api: Api) -> None:
    api.clock.set(at(2026, 11, 2, 7))
    assert api.values("page_media_view", period="day", since="2026-11-01", until="2026-11-03") == []
    api.clock.set(at(2026, 11, 2, 8))
    assert len(api.values("page_media_view", period="day", since="2026-11-01", until="2026-11-03")) == 1


def test_the_split_by_ads_gives_two_rows_a_day_whose_flag_is_a_text(api: Api) -> None:
    asked = {"period": "day", "since": "2026-10-20", "until": "2026-10-25"}
    split = api.values("page_media_view", breakdown="is_from_ads", **asked)
    whole = {value["end_time"]: value["value"] for value in api.values("page_media_view", **asked)}
    assert [value["is_from_ads"] for value in split] == ["0", "1"] * 5
    for end_time, total in whole.items():
        assert sum(value["value"] for value in split if value["end_time"] == end_time) == total
    paid = sum(row["views"] for row in between(date(2026, 10, 20), date(2026, 10, 24)) if row["is_from_ads"])
    assert sum(value["value"] for value in split if value["is_from_ads"] == "1") == paid > 0
    assert api.error(f"{PAGE}/insights", metric="page_views_total", breakdown="is_from_ads")[0] == 100


def test_stocks_and_flows_of_followers(api: Api) -> None:
    asked = {"since": "2026-10-20", "until": "2026-10-23"}
    known = {row["date"]: row for row in ROWS["page_days"] if row["page_id"] == PAGE}
    days = [date(2026, 10, day) for day in (20, 21, 22)]
    assert [value["value"] for value in api.values("page_follows", period="day", **asked)] == [known[day]["followers"] for day in days]
    assert [value["value"] for value in api.values("page_daily_follows_unique", period="day", **asked)] == [
        known[day]["follows"] for day in days
    ]
    assert api.get(f"{PAGE}/insights", metric="page_follows", period="week", **asked)["data"] == []


def test_engagements_fall_on_their_pacific_day(api: Api) -> None:
    values = api.values("page_post_engagements", period="day", since="2026-10-13", until="2026-11-05")
    expected = Counter(
        row["happened_at"].replace(tzinfo=ZoneInfo("UTC")).astimezone(PACIFIC).date()
        for row in ROWS["post_engagements"]
        if row["post_id"] in ON_PAGE
    )
    ours = {datetime.fromisoformat(value["end_time"]).date() - timedelta(days=1): value["value"] for value in values}
    assert {day: count for day, count in ours.items() if count} == dict(expected)


def test_paging_of_insights_leads_to_the_neighbouring_spans(api: Api) -> None:
    page = api.get(f"{PAGE}/insights", metric="page_media_view", period="day", since="2026-10-20", until="2026-10-22")
    before = api.http.get(page["paging"]["previous"], headers={"Authorization": f"Bearer {page_token(PAGE)}"}).json()
    assert [value["end_time"][:10] for value in before["data"][0]["values"]] == ["2026-10-19", "2026-10-20"]
    assert "next" in page["paging"]


def test_post_counters_are_lifetime_values_without_an_end(api: Api) -> None:
    metrics = ["post_media_view", "post_total_media_view_unique", "post_clicks", "post_reactions_like_total", "post_video_views"]
    body = api.get(f"{PAGE}_1/insights", metric=",".join([*metrics, "post_activity_by_action_type", "post_reactions_by_type_total"]))
    values = {insight["name"]: insight["values"] for insight in body["data"]}
    mine = [row for row in VIEWS if row["post_id"] == f"{PAGE}_1"]
    kinds = Counter(row["kind"] for row in ROWS["post_engagements"] if row["post_id"] == f"{PAGE}_1")
    assert values["post_media_view"] == [{"value": sum(row["views"] for row in mine)}]
    assert values["post_total_media_view_unique"] == [{"value": len({row["person_id"] for row in mine})}]
    assert values["post_clicks"] == [{"value": kinds["click"]}]
    assert values["post_reactions_by_type_total"] == [{"value": {"like": kinds["like"], "love": kinds["love"]}}]
    assert values["post_activity_by_action_type"] == [
        {"value": {"like": kinds["like"] + kinds["love"], "comment": kinds["comment"], "share": kinds["share"]}}
    ]
    assert {insight["period"] for insight in body["data"]} == {"lifetime"}
    split = api.get(f"{PAGE}_1/insights", metric="post_media_view", breakdown="is_from_ads")["data"][0]["values"]
    assert sum(value["value"] for value in split) == values["post_media_view"][0]["value"]
    assert {value["is_from_ads"] for value in split} == {"0", "1"}


def test_a_posts_counters_grow_with_the_clock(api: Api) -> None:
    grown = []
    for moment in (at(2026, 10, 15), at(2026, 10, 17), at(2026, 10, 20), NOW):
        api.clock.set(moment)
        grown.append(api.get(f"{PAGE}_1/insights", metric="post_media_view")["data"][0]["values"][0]["value"])
    assert grown == sorted(grown) and grown[0] < grown[1] < grown[2] <= grown[3]


@pytest.mark.parametrize(
    ("metric", "ends"),
    [("page_impressions", date(2025, 11, 15)), ("page_fans", date(2025, 11, 15)), ("page_impressions_unique", date(2026, 6, 15))],
)
def test_a_metric_is_valid_until_the_day_of_its_retirement(api: Api, metric: str, ends: date) -> None:
    api.clock.set(at(ends.year, ends.month, ends.day) - timedelta(days=1))
    assert "data" in api.get(f"{PAGE}/insights", metric=metric, period="day", version="v24.0")
    api.clock.set(at(ends.year, ends.month, ends.day))
    for version in ("v24.0", "v26.0"):
        assert api.error(f"{PAGE}/insights", metric=metric, period="day", version=version) == (100, None)


def test_one_retired_metric_fails_the_whole_call(api: Api) -> None:
    assert api.error(f"{PAGE}/insights", metric="page_media_view,page_impressions_unique", period="day") == (100, None)
    assert api.error(f"{PAGE}_1/insights", metric="post_media_view,post_impressions") == (100, None)


def test_a_further_retirement_can_be_switched_on(api: Api) -> None:
    api.faults.add("facebook_pages", "retired_metric", times=None, metric="page_views_total")
    assert api.error(f"{PAGE}/insights", metric="page_media_view,page_views_total", period="day") == (100, None)
    assert api.values("page_media_view", period="day")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({}, (3001, 1504028)),
        ({"metric": "page_bogus"}, (100, None)),
        ({"metric": "page_media_view", "period": "fortnight"}, (100, None)),
        ({"metric": "page_media_view", "since": "2026-08-01", "until": "2026-10-31"}, (100, None)),
        ({"metric": "page_media_view", "since": "2026-10-31", "until": "2026-10-01"}, (100, None)),
        ({"metric": "page_media_view", "since": "yesterday-ish"}, (100, None)),
        ({"metric": "page_media_view", "breakdown": "country"}, (100, None)),
    ],
)
def test_refuses_what_the_api_refuses(api: Api, given: dict[str, str], code: tuple[int, int | None]) -> None:
    assert api.error(f"{PAGE}/insights", **given) == code


def test_ninety_days_go_through_at_once(api: Api) -> None:
    assert len(api.values("page_media_view", period="day", since="2026-08-02", until="2026-10-31")) == 90


def test_a_page_with_few_likes_has_no_insights(api: Api) -> None:
    body = api.get(f"{OTHER_PAGE}/insights", token=page_token(OTHER_PAGE), metric="page_media_view", period="day")
    assert body["data"] == []


def test_objects_and_fields_that_are_not_there(api: Api) -> None:
    assert api.error("12345") == (100, 33)
    assert api.error(f"{PAGE}_999/insights", metric="post_clicks") == (100, 33)
    assert api.error(PAGE, fields="bogus") == (100, None)
    assert api.error(f"{PAGE}/likes")[0] == 2500


def test_usage_headers_name_the_app_or_the_page(api: Api) -> None:
    assert set(json.loads(api.ask("me/accounts", token=ACCESS_TOKEN).headers["x-app-usage"])) == {
        "call_count",
        "total_time",
        "total_cputime",
    }
    (usage,) = json.loads(api.ask(PAGE).headers["x-business-use-case-usage"])[PAGE]
    assert usage["type"] == "pages" and usage["estimated_time_to_regain_access"] == 0
