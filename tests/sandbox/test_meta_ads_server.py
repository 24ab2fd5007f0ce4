"""The Marketing API stand-in, asked over HTTP: lists, pages, errors and limits. Counts are made here from the world's own rows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from meta_ads_api import ROWS, Api, seen
from tiny_world import BERLIN, NEW_YORK, at

from sandbox.platforms.graph import GraphError
from sandbox.platforms.meta_ads import ACCESS_TOKEN
from sandbox.platforms.throttle import Throttle


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


def test_a_page_has_25_rows_by_default(api: Api) -> None:
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
