"""The Marketing API stand-in, asked over HTTP: insights, compared with counts made here from the world's own rows."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from meta_ads_api import ACCOUNT_OF, ALL_WINDOWS, CAMPAIGN_OF, ROWS, Api, seen
from tiny_world import BERLIN, NEW_YORK, at


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
