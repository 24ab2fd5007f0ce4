"""The Marketing API stand-in, asked over HTTP and compared with counts made here from the world's own rows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import httpx
import pytest
from tiny_world import BERLIN, NEW_YORK, advertising, at, tiny_world

from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.platforms.graph import GraphError
from sandbox.platforms.meta_ads import ACCESS_TOKEN
from sandbox.platforms.throttle import Throttle
from sandbox.serve import serve

ROWS = advertising()
ACCOUNT_OF = {ad["ad_id"]: ad["account_id"] for ad in ROWS["ads"]}
CAMPAIGN_OF = {ad["ad_id"]: ad["campaign_id"] for ad in ROWS["ads"]}
ALL_WINDOWS = '["1d_click","7d_click","28d_click","1d_view"]'


class Api:
    """A client of the stand-in, and the clock that it runs by."""

    def __init__(self, base: str, clock: Clock, faults: Faults) -> None:
        self.clock, self.faults = clock, faults
        self.http = httpx.Client(base_url=base)

    def ask(self, path: str, method: str = "GET", version: str = "v26.0", token: str | None = ACCESS_TOKEN, **given: Any) -> httpx.Response:
        given = {name: json.dumps(value) if isinstance(value, dict | list) else value for name, value in given.items()}
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        kind = "params" if method == "GET" else "data"
        return self.http.request(method, f"/{version}/{path}", headers=headers, **{kind: given})

    def get(self, path: str, **given: Any) -> dict[str, Any]:
        response = self.ask(path, **given)
        assert response.status_code == 200, response.text
        return response.json()

    def error(self, path: str, **given: Any) -> dict[str, Any]:
        response = self.ask(path, **given)
        assert response.status_code == 400, response.text
        return response.json()["error"]

    def insights(self, since: str, until: str, account: str = BERLIN, **given: Any) -> list[dict[str, Any]]:
        return self.get(f"act_{account}/insights", time_range={"since": since, "until": until}, limit=500, **given)["data"]


@pytest.fixture(scope="module")
def server() -> Iterator[Api]:
    with serve(tiny_world(**ROWS), at(2026, 10, 20), ("meta_ads",)) as running:
        yield Api(running["meta_ads"], running.clock, running.faults)


@pytest.fixture
def api(server: Api) -> Iterator[Api]:
    before = server.clock.now()
    yield server
    server.clock.set(before)
    server.faults.clear()


def seen(account: str, since: str, until: str) -> list[dict[str, Any]]:
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    return [row for row in ROWS["ad_exposures"] if ACCOUNT_OF[row["ad_id"]] == account and first <= row["date"] <= last]


def test_lists_the_accounts_with_their_currency_and_time_zone(api: Api) -> None:
    accounts = api.get("me/adaccounts", fields="account_id,currency,timezone_name,account_status")["data"]
    assert [(row["id"], row["account_id"], row["currency"], row["timezone_name"], row["account_status"]) for row in accounts] == [
        (f"act_{BERLIN}", BERLIN, "EUR", "Europe/Berlin", 1),
        (f"act_{NEW_YORK}", NEW_YORK, "USD", "America/New_York", 1),
    ]


def test_utc_offset_of_an_account_moves_with_daylight_saving(api: Api) -> None:
    assert api.get(f"act_{BERLIN}", fields="timezone_offset_hours_utc")["timezone_offset_hours_utc"] == 2.0
    api.clock.set(at(2026, 11, 20))
    assert api.get(f"act_{BERLIN}", fields="timezone_offset_hours_utc")["timezone_offset_hours_utc"] == 1.0


def test_nodes_show_their_id_alone_unless_asked_for_more(api: Api) -> None:
    assert set(api.get(f"act_{BERLIN}/campaigns")["data"][0]) == {"id"}


def test_budgets_are_strings_in_minor_units_and_times_carry_the_accounts_offset(api: Api) -> None:
    campaign = api.get(f"act_{BERLIN}/campaigns", fields="daily_budget,created_time")["data"][0]
    assert campaign["daily_budget"] == "500"
    assert campaign["created_time"] == "2026-08-01T12:00:00+0200"


def test_a_creative_shows_its_url_tags_only_in_braces_and_none_where_it_has_none(api: Api) -> None:
    bare = api.get(f"act_{BERLIN}/ads", fields="creative")["data"]
    assert all(set(ad["creative"]) == {"id"} for ad in bare)
    tagged = {ad["campaign_id"]: ad["creative"] for ad in api.get(f"act_{BERLIN}/ads", fields="campaign_id,creative{url_tags}")["data"]}
    assert tagged[ROWS["campaigns"][0]["campaign_id"]]["url_tags"] == "utm_source=facebook&utm_campaign=c0"
    assert "url_tags" not in tagged[ROWS["campaigns"][1]["campaign_id"]]


def test_effective_status_filters_a_list(api: Api) -> None:
    assert api.get(f"act_{BERLIN}/ads", effective_status=["PAUSED"])["data"] == []
    assert len(api.get(f"act_{BERLIN}/ads", effective_status=["ACTIVE", "PAUSED"])["data"]) == 4


def test_an_object_that_is_created_later_is_not_there_yet(api: Api) -> None:
    api.clock.set(at(2026, 7, 31))
    assert api.get(f"act_{BERLIN}/campaigns")["data"] == []
    assert api.error(ROWS["campaigns"][0]["campaign_id"])["error_subcode"] == 33


@pytest.mark.parametrize("limit", [1, 3, 4])
def test_pages_of_any_size_hold_every_row_exactly_once(api: Api, limit: int) -> None:
    asked = {"level": "ad", "time_increment": "1", "time_range": {"since": "2026-09-01", "until": "2026-09-02"}, "fields": "ad_id"}
    page = api.get(f"act_{BERLIN}/insights", limit=limit, **asked)
    found = list(page["data"])
    while "next" in page["paging"]:
        page = api.http.get(page["paging"]["next"], headers={"Authorization": f"Bearer {ACCESS_TOKEN}"}).json()
        assert 0 < len(page["data"]) <= limit
        found += page["data"]
    assert "cursors" in page["paging"]
    expected = {(row["ad_id"], str(row["date"])) for row in seen(BERLIN, "2026-09-01", "2026-09-02")}
    assert len(found) == len(expected)
    assert {(row["ad_id"], row["date_start"]) for row in found} == expected


def test_a_page_holds_25_rows_unless_told(api: Api) -> None:
    page = api.get(f"act_{BERLIN}/insights", level="ad", time_increment=1, time_range={"since": "2026-09-01", "until": "2026-09-30"})
    assert len(page["data"]) == 25 and "next" in page["paging"]


def test_next_carries_the_token_only_where_the_token_came_in_the_address(api: Api) -> None:
    asked = {"fields": "id", "limit": 1}
    assert "access_token" not in api.get(f"act_{BERLIN}/ads", **asked)["paging"]["next"]
    in_query = api.ask(f"act_{BERLIN}/ads", token=None, access_token=ACCESS_TOKEN, **asked).json()
    assert f"access_token={ACCESS_TOKEN}" in in_query["paging"]["next"]


def test_previous_leads_back(api: Api) -> None:
    first = api.get(f"act_{BERLIN}/ads", limit=2)
    second = api.get(f"act_{BERLIN}/ads", limit=2, after=first["paging"]["cursors"]["after"])
    back = api.get(f"act_{BERLIN}/ads", limit=2, before=second["paging"]["cursors"]["before"])
    assert back["data"] == first["data"]


def test_rows_exist_only_where_something_was_delivered(api: Api) -> None:
    quiet = [ad["ad_id"] for ad in ROWS["ads"]][3]
    rows = api.insights("2026-09-01", "2026-09-10", level="ad", time_increment=1, fields="ad_id")
    days = {row["date_start"] for row in rows if row["ad_id"] == quiet}
    assert days == {f"2026-09-{day:02d}" for day in (1, 3, 5, 7, 9)}
    assert api.insights("2026-10-05", "2026-10-06") == []


@pytest.mark.parametrize("level", ["account", "campaign", "adset", "ad"])
def test_reach_is_the_distinct_persons_of_period_and_level_and_does_not_add_up(api: Api, level: str) -> None:
    week = ("2026-09-07", "2026-09-13")
    rows = api.insights(*week, level=level, fields=f"{level}_id,reach,impressions,frequency,clicks,spend,cpm,ctr,cpc")
    key = {"account": ACCOUNT_OF, "campaign": CAMPAIGN_OF}.get(level, {ad["ad_id"]: ad[f"{level}_id"] for ad in ROWS["ads"]})
    assert rows
    for row in rows:
        mine = [each for each in seen(BERLIN, *week) if key[each["ad_id"]] == row[f"{level}_id"]]
        assert int(row["reach"]) == len({each["person_id"] for each in mine})
        assert int(row["impressions"]) == sum(each["impressions"] for each in mine)
    daily = api.insights(*week, level=level, time_increment=1, fields="reach,impressions")
    assert sum(int(row["impressions"]) for row in daily) == sum(int(row["impressions"]) for row in rows)
    assert sum(int(row["reach"]) for row in daily) > sum(int(row["reach"]) for row in rows)


def test_ratios_recompute_from_their_parts(api: Api) -> None:
    rows = api.insights("2026-09-01", "2026-09-14", level="ad", fields="impressions,reach,clicks,spend,ctr,cpm,cpc,cpp,frequency")
    assert rows
    for row in rows:
        part = {name: Decimal(row[name]) for name in ("impressions", "reach", "clicks", "spend")}
        expected = {
            "ctr": 100 * part["clicks"] / part["impressions"],
            "cpm": 1000 * part["spend"] / part["impressions"],
            "cpc": part["spend"] / part["clicks"],
            "cpp": 1000 * part["spend"] / part["reach"],
            "frequency": part["impressions"] / part["reach"],
        }
        for name, value in expected.items():
            assert abs(Decimal(row[name]) - value) <= Decimal("0.0000005"), name


def test_every_level_adds_up_to_the_same_spend(api: Api) -> None:
    totals = {
        level: sum(Decimal(row["spend"]) for row in api.insights("2026-09-01", "2026-09-20", level=level, time_increment=1, fields="spend"))
        for level in ("account", "campaign", "adset", "ad")
    }
    days = {(row["ad_id"], row["date"]) for row in seen(BERLIN, "2026-09-01", "2026-09-20")}
    assert set(totals.values()) == {sum(row["spend"] for row in ROWS["ad_spend"] if (row["ad_id"], row["date"]) in days)}


def test_scalars_are_strings_and_what_is_nothing_is_absent(api: Api) -> None:
    fields = "impressions,reach,clicks,spend,ctr,cpc,inline_link_clicks,actions,video_play_actions"
    rows = api.insights("2026-09-01", "2026-09-30", level="ad", time_increment=1, fields=fields)
    without = [row for row in rows if row["clicks"] == "0"]
    assert without and len(without) < len(rows)
    for row in rows:
        assert all(isinstance(row[name], str) for name in ("impressions", "reach", "clicks", "spend", "ctr", "date_start", "date_stop"))
        assert "video_play_actions" not in row
    assert all(not {"cpc", "inline_link_clicks"} & set(row) for row in without)
    assert {row["date_start"] for row in without if "actions" in row} == {"2026-09-02"}, "only what a view brought has no click"


def actions_of(rows: list[dict[str, Any]], name: str = "actions") -> dict[str, dict[str, str]]:
    (row,) = rows
    return {action["action_type"]: action for action in row.get(name, [])}


def test_windows_are_cumulative_and_value_follows_the_ad_sets_own_setting(api: Api) -> None:
    day = ("2026-09-02", "2026-09-02")
    first = {"level": "ad", "filtering": [{"field": "ad.id", "operator": "IN", "value": [ROWS["ads"][0]["ad_id"]]}]}
    asked = first | {"action_attribution_windows": ALL_WINDOWS, "fields": "actions,action_values,attribution_setting"}
    rows = api.insights(*day, **asked)
    purchase = {"value": "3", "1d_click": "1", "7d_click": "2", "28d_click": "3", "1d_view": "1"}
    worth = {"value": "60.5", "1d_click": "20", "7d_click": "50.5", "28d_click": "90.5", "1d_view": "10"}
    assert rows[0]["attribution_setting"] == "7d_click_1d_view"
    for action_type in ("purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase"):
        assert actions_of(rows)[action_type] == {"action_type": action_type} | purchase
        assert actions_of(rows, "action_values")[action_type] == {"action_type": action_type} | worth
    assert "lead" in actions_of(rows) and "lead" not in actions_of(rows, "action_values")
    unasked = actions_of(api.insights(*day, **first, fields="actions"))
    assert unasked["purchase"] == {"action_type": "purchase", "value": "3"}


def test_engagements_hold_each_other(api: Api) -> None:
    for row in api.insights("2026-09-01", "2026-09-30", level="ad", time_increment=1, fields="actions,clicks,inline_link_clicks"):
        counts = {action["action_type"]: int(action["value"]) for action in row.get("actions", [])}
        assert counts.get("page_engagement", 0) >= counts.get("post_engagement", 0) >= counts.get("link_click", 0)
        assert int(row["clicks"]) >= int(row.get("inline_link_clicks", "0")) == counts.get("link_click", 0)


def test_a_withdrawn_view_window_is_accepted_and_brings_no_key(api: Api) -> None:
    rows = api.insights("2026-09-02", "2026-09-02", fields="actions", action_attribution_windows=["7d_view", "28d_view", "1d_view"])
    assert {name for action in rows[0]["actions"] for name in action} == {"action_type", "value", "1d_view"}


def test_conversions_arrive_up_to_28_days_later_on_the_day_of_their_touch_and_then_settle(api: Api) -> None:
    counted = []
    for moment in (at(2026, 9, 3, 8), at(2026, 9, 4), at(2026, 9, 9), at(2026, 9, 24), at(2026, 10, 1), at(2026, 10, 20)):
        api.clock.set(moment)
        rows = api.insights("2026-09-02", "2026-09-02", fields="actions", action_attribution_windows=["28d_click", "1d_view"])
        purchase = actions_of(rows).get("purchase", {})
        counted.append(int(purchase.get("28d_click", 0)) + int(purchase.get("1d_view", 0)))
    assert counted == [0, 2, 3, 4, 4, 4]


def test_reported_by_conversion_a_purchase_stands_on_its_own_day(api: Api) -> None:
    rows = api.insights("2026-09-07", "2026-09-07", fields="actions", action_report_time="conversion")
    assert actions_of(rows)["purchase"]["value"] == "1"


def test_spend_settles_within_three_days_and_never_moves_again(api: Api) -> None:
    spends = []
    for moment in (at(2026, 9, 2), at(2026, 9, 3, 21), at(2026, 9, 4, 1), at(2026, 10, 20)):
        api.clock.set(moment)
        rows = api.insights("2026-09-01", "2026-09-01", level="ad", fields="spend", sort="spend_ascending")
        spends.append([Decimal(row["spend"]) for row in rows])
    first = [Decimal(text) for text in ("9.63", "10.63", "11.63", "12.63")]
    assert spends == [first, first, [value + Decimal("0.37") for value in first], [value + Decimal("0.37") for value in first]]


def test_the_day_that_runs_grows_and_a_day_to_come_is_empty(api: Api) -> None:
    seen_so_far = []
    for hour in (0, 6, 12, 18, 21):
        api.clock.set(at(2026, 9, 10, hour))
        rows = api.insights("2026-09-10", "2026-09-11", fields="impressions,spend", time_increment=1)
        assert [row["date_start"] for row in rows] in ([], ["2026-09-10"])
        seen_so_far.append(int(rows[0]["impressions"]) if rows else 0)
    whole = sum(row["impressions"] for row in seen(BERLIN, "2026-09-10", "2026-09-10"))
    assert all(earlier <= later for earlier, later in pairwise(seen_so_far)) and seen_so_far[0] < seen_so_far[-1] < whole


def test_days_are_the_accounts_own(api: Api) -> None:
    api.clock.set(at(2026, 9, 10, 2))
    berlin, new_york = (
        api.get(f"act_{account}/insights", date_preset="today", fields="spend").get("data") or [{"date_start": "none"}]
        for account in (BERLIN, NEW_YORK)
    )
    assert (berlin[0]["date_start"], new_york[0]["date_start"]) == ("2026-09-10", "2026-09-09")


@pytest.mark.parametrize(
    ("increment", "expected"),
    [
        ("all_days", [("2026-09-05", "2026-10-04")]),
        ("monthly", [("2026-09-05", "2026-09-30"), ("2026-10-01", "2026-10-04")]),
        ("7", [("2026-09-05", "2026-09-11"), ("2026-09-12", "2026-09-18"), ("2026-09-19", "2026-09-25"), ("2026-09-26", "2026-10-02")]),
    ],
)
def test_time_increments_cut_the_range(api: Api, increment: str, expected: list[tuple[str, str]]) -> None:
    rows = api.insights("2026-09-05", "2026-10-04", fields="impressions", time_increment=increment)
    delivered = [span for span in expected if span[0] <= "2026-09-30"]
    assert [(row["date_start"], row["date_stop"]) for row in rows] == delivered


def test_several_time_ranges_come_as_rows_of_their_own(api: Api) -> None:
    ranges = [{"since": "2026-09-01", "until": "2026-09-07"}, {"since": "2026-09-05", "until": "2026-09-10"}]
    rows = api.get(f"act_{BERLIN}/insights", time_ranges=ranges, fields="impressions")["data"]
    assert [int(row["impressions"]) for row in rows] == [
        sum(each["impressions"] for each in seen(BERLIN, span["since"], span["until"])) for span in ranges
    ]


def test_a_preset_ends_yesterday_and_30_days_are_the_default(api: Api) -> None:
    api.clock.set(at(2026, 9, 20))
    (row,) = api.get(f"act_{BERLIN}/insights")["data"]
    assert (row["date_start"], row["date_stop"]) == ("2026-08-21", "2026-09-19")
    assert set(row) == {"account_id", "impressions", "spend", "date_start", "date_stop"}
    (row,) = api.get(f"act_{BERLIN}/insights", date_preset="last_7d")["data"]
    assert (row["date_start"], row["date_stop"]) == ("2026-09-13", "2026-09-19")


def test_a_breakdown_splits_rows_whose_reach_is_their_own(api: Api) -> None:
    week = ("2026-09-07", "2026-09-13")
    country = {row["person_id"]: row["country"] for row in ROWS["persons"]}
    for row in api.insights(*week, breakdowns="country", fields="reach"):
        expected = {each["person_id"] for each in seen(BERLIN, *week) if country[each["person_id"]] == row["country"]}
        assert int(row["reach"]) == len(expected)


def test_a_nodes_own_insights_default_to_its_level(api: Api) -> None:
    campaign = ROWS["campaigns"][1]["campaign_id"]
    rows = api.get(f"{campaign}/insights", time_range={"since": "2026-09-01", "until": "2026-09-02"})["data"]
    assert [row["campaign_id"] for row in rows] == [campaign]


def test_filters_on_metrics_and_sorting(api: Api) -> None:
    asked = {"level": "ad", "fields": "spend,ad_id", "sort": ["spend_descending"]}
    filtering = [{"field": "spend", "operator": "GREATER_THAN", "value": 11}]
    rows = api.insights("2026-09-01", "2026-09-01", filtering=filtering, **asked)
    assert [row["spend"] for row in rows] == ["13", "12"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"fields": "impressions,bogus"}, 100),
        ({"level": "creative"}, 100),
        ({"action_attribution_windows": ["7d_click_1d_view"]}, 100),
        ({"time_increment": 91}, 100),
        ({"time_increment": 0}, 100),
        ({"time_range": {"since": "2026-09-10", "until": "2026-09-01"}}, 100),
        ({"time_range": {"since": "10.9.2026", "until": "2026-09-01"}}, 100),
        ({"date_preset": "lifetime"}, 100),
        ({"breakdowns": "bogus"}, 100),
        ({"limit": 0}, 100),
        ({"after": "nonsense"}, 100),
        ({"sort": "spend"}, 100),
        ({"filtering": [{"field": "spend"}]}, 100),
        ({"summary": "impressions"}, 100),
        ({"time_range": {"since": "2023-09-19", "until": "2023-09-20"}}, 3018),
        ({"time_range": {"since": "2025-09-19", "until": "2025-09-20"}, "breakdowns": "country", "fields": "reach"}, 100),
    ],
)
def test_refuses_what_the_api_refuses(api: Api, given: dict[str, Any], code: int) -> None:
    error = api.error(f"act_{BERLIN}/insights", **given)
    assert error["code"] == code and {"message", "type", "fbtrace_id"} <= set(error)


def test_the_limits_of_age_are_inclusive(api: Api) -> None:
    assert api.insights("2023-09-20", "2023-09-20") == []
    assert api.insights("2025-09-20", "2025-09-20", breakdowns="country", fields="reach") == []
    assert api.insights("2023-09-20", "2023-09-20", breakdowns="country", fields="impressions") == []


@pytest.mark.parametrize(
    ("path", "given", "code", "subcode"),
    [
        ("me/adaccounts", {"token": "stolen"}, 190, 467),
        ("me/adaccounts", {"token": None}, 2500, None),
        ("me", {"version": "v23.0"}, 2635, None),
        ("me", {"version": "v99.0"}, 2500, None),
        ("act_1/campaigns", {}, 100, 33),
        (f"act_{BERLIN}", {"fields": "bogus"}, 100, None),
        (f"act_{BERLIN}/ads", {"fields": "creative{"}, 2500, None),
        (f"act_{BERLIN}/leads", {}, 100, None),
    ],
)
def test_errors_of_all_calls_have_graphs_envelope(api: Api, path: str, given: dict[str, Any], code: int, subcode: int | None) -> None:
    error = api.error(path, **given)
    assert (error["code"], error.get("error_subcode")) == (code, subcode)


def test_an_ended_version_was_alive_before_its_end(api: Api) -> None:
    api.clock.set(at(2026, 6, 8))
    assert api.ask("me", version="v23.0").status_code == 200


def test_too_much_data_for_a_page_is_answered_500_and_half_the_limit_goes_through(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.platforms.meta_ads.MOST_VALUES_A_PAGE", 40)
    asked = {"level": "ad", "time_increment": 1, "time_range": {"since": "2026-09-01", "until": "2026-09-05"}, "fields": "ad_id"}
    refused = api.ask(f"act_{BERLIN}/insights", limit=16, **asked)
    assert refused.status_code == 500 and "reduce the amount of data" in refused.json()["error"]["message"]
    assert len(api.get(f"act_{BERLIN}/insights", limit=8, **asked)["data"]) == 8


def test_too_many_rows_for_a_synchronous_call(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.platforms.meta_ads.MOST_SYNC_ROWS", 3)
    asked = {"level": "ad", "time_range": {"since": "2026-09-01", "until": "2026-09-05"}}
    assert api.error(f"act_{BERLIN}/insights", **asked)["error_subcode"] == 1487534
    assert "report_run_id" in api.ask(f"act_{BERLIN}/insights", method="POST", **asked).json()


def test_usage_headers_are_json(api: Api) -> None:
    headers = api.ask(f"act_{BERLIN}/campaigns").headers
    assert 0 < json.loads(headers["x-ad-account-usage"])["acc_id_util_pct"] < 100
    assert json.loads(headers["x-fb-ads-insights-throttle"])["ads_api_access_tier"] == "standard_access"
    assert json.loads(headers["x-business-use-case-usage"])[BERLIN][0]["estimated_time_to_regain_access"] == 0
    assert "call_count" in json.loads(headers["x-app-usage"])


def run_states(api: Api, run_id: str) -> list[tuple[str, int]]:
    states = []
    while not states or states[-1][0] != "Job Completed":
        run = api.get(run_id)
        states.append((run["async_status"], run["async_percent_completion"]))
        assert len(states) < 20
    return states


def test_a_report_run_progresses_by_polls_and_shows_100_percent_before_it_is_completed(api: Api) -> None:
    asked = {
        "level": "ad",
        "time_increment": 1,
        "time_range": {"since": "2026-09-01", "until": "2026-09-30"},
        "fields": "ad_id,spend,reach",
    }
    run_id = api.ask(f"act_{BERLIN}/insights", method="POST", **asked).json()["report_run_id"]
    early = api.error(f"{run_id}/insights")
    assert (early["code"], early["error_subcode"], early["is_transient"]) == (2601, 1815107, True)
    states = run_states(api, run_id)
    percents = [percent for _, percent in states]
    assert percents == sorted(percents) and percents[0] == 0
    assert states[-2] == ("Job Running", 100) and states[-1] == ("Job Completed", 100)
    first = api.ask(f"{run_id}/insights", limit=500)
    page = api.get(f"{run_id}/insights", limit=500) if first.status_code == 400 else first.json()
    assert page["data"] == api.insights("2026-09-01", "2026-09-30", **{name: asked[name] for name in ("level", "time_increment", "fields")})


def test_a_long_report_shows_more_of_its_progress(api: Api) -> None:
    asked = {"time_range": {"since": "2026-07-01", "until": "2026-09-30"}}
    states = run_states(api, api.ask(f"act_{BERLIN}/insights", method="POST", **asked).json()["report_run_id"])
    assert ("Job Started", 0) in states and 0 < states[-3][1] < 100


def test_right_after_completion_some_runs_refuse_their_first_read_once(api: Api) -> None:
    refused = 0
    for _ in range(4):
        run_id = api.ask(f"act_{BERLIN}/insights", method="POST").json()["report_run_id"]
        run_states(api, run_id)
        first, second = (api.ask(f"{run_id}/insights") for _ in range(2))
        assert second.status_code == 200
        if first.status_code == 400:
            refused += 1
            assert first.json()["error"]["is_transient"] is True
    assert refused == 1


def test_a_bad_query_is_refused_when_the_run_is_asked_for(api: Api) -> None:
    response = api.ask(f"act_{BERLIN}/insights", method="POST", fields="bogus")
    assert (response.status_code, response.json()["error"]["code"]) == (400, 100)


def test_history_grows_no_row_that_was_not_delivered_before_the_world_began(api: Api) -> None:
    start = date(2026, 9, 1)
    rows = api.insights(str(start - timedelta(days=30)), str(start), time_increment=1, fields="impressions")
    assert [row["date_start"] for row in rows] == [str(start)]


def test_a_report_can_fail_and_says_why_from_v25_on(api: Api) -> None:
    api.faults.add("meta_ads", "server_error", path="report:*", times=2)
    for version, told in (("v26.0", True), ("v24.0", False)):
        run_id = api.ask(f"act_{BERLIN}/insights", method="POST").json()["report_run_id"]
        polls = [api.ask(run_id, version=version).json() for _ in range(4)]
        assert polls[-1]["async_status"] == "Job Failed"
        assert (polls[-1].get("error_code"), polls[-1].get("error_subcode")) == ((-2, 2490547) if told else (None, None))
        assert api.error(f"{run_id}/insights")["code"] == 2601
    run_id = api.ask(f"act_{BERLIN}/insights", method="POST").json()["report_run_id"]
    assert run_states(api, run_id)[-1] == ("Job Completed", 100)


def test_a_report_can_stay_at_0_percent_for_good(api: Api) -> None:
    api.faults.add("meta_ads", "hang", path=f"report:{BERLIN}", seconds=0)
    run_id = api.ask(f"act_{BERLIN}/insights", method="POST").json()["report_run_id"]
    assert {api.get(run_id)["async_percent_completion"] for _ in range(8)} == {0}


def test_an_account_that_asks_too_much_is_refused_by_400_until_its_score_drains() -> None:
    seconds = [0.0]
    throttle = Throttle(most=60, seconds=lambda: seconds[0])
    for _ in range(57):
        throttle.spend(BERLIN, "GET")
    throttle.spend(NEW_YORK, "POST")
    throttle.spend(BERLIN, "POST")
    codes = []
    for method in ("GET", "POST"):
        with pytest.raises(GraphError) as refused:
            throttle.spend(BERLIN, method)
        codes.append((refused.value.status, refused.value.code, refused.value.subcode))
    assert codes == [(400, 17, 2446079), (400, 613, 1487742)]
    business = json.loads(refused.value.headers["x-business-use-case-usage"])[BERLIN][0]
    assert business["call_count"] == 100 and business["estimated_time_to_regain_access"] == 5
    seconds[0] = 300
    throttle.spend(BERLIN, "POST")
