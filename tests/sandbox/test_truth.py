from __future__ import annotations

import json
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from sandbox import truth
from sandbox.world import World
from tests.sandbox.conftest import NOW


@pytest.fixture(scope="module")
def counted(world: World):
    return {name: count(world, NOW).to_pylist() for name, count in truth.TABLES.items()}


def test_every_table_has_rows(counted):
    assert counted and all(counted.values()), {name: len(rows) for name, rows in counted.items()}


def test_reach_is_a_count_of_persons_as_counted_by_hand(world, counted):
    account = {row["ad_id"]: row["account_id"] for row in world.ads.to_pylist()}
    persons = defaultdict(set)
    for row in world.ad_exposures.to_pylist():
        week = row["date"] - timedelta(days=row["date"].weekday())
        persons["week", account[row["ad_id"]], week].add(row["person_id"])
        persons["month", account[row["ad_id"]], row["date"].replace(day=1)].add(row["person_id"])
    reported = {(row["period"], row["id"], row["date_start"]): row["reach"] for row in counted["ad_reach"] if row["level"] == "account"}
    periods = {key: reach for key, reach in reported.items() if key[0] != "day"}
    assert len(periods) > 15
    assert periods == {key: len(persons[key]) for key in periods}


def test_reach_is_below_impressions_and_below_the_sum_of_its_days(counted):
    assert all(0 < row["reach"] <= row["impressions"] for row in counted["ad_reach"])
    daily = defaultdict(int)
    for row in counted["ad_reach"]:
        if row["level"] == "account" and row["period"] == "day":
            daily[row["id"], row["date_start"].replace(day=1)] += row["reach"]
    months = [row for row in counted["ad_reach"] if row["level"] == "account" and row["period"] == "month"]
    assert months and all(row["reach"] < daily[row["id"], row["date_start"]] for row in months)


def test_campaign_and_ad_impressions_add_up_to_the_account(counted):
    sums = defaultdict(int)
    for row in counted["ad_reach"]:
        if row["period"] == "month":
            sums[row["level"], row["account_id"], row["date_start"]] += row["impressions"]
    accounts = {key[1:]: total for key, total in sums.items() if key[0] == "account"}
    assert accounts
    for level in ("campaign", "ad"):
        assert {key[1:]: total for key, total in sums.items() if key[0] == level} == accounts


def test_ad_days_end_with_the_account_s_own_yesterday(world, counted):
    for row in world.ad_accounts.to_pylist():
        today = NOW.replace(tzinfo=UTC).astimezone(ZoneInfo(row["timezone_name"])).date()
        assert max(day["date"] for day in counted["ad_day"] if day["account_id"] == row["account_id"]) == today - timedelta(days=1)


def test_conversions_of_a_day_grow_as_they_are_reported(world):
    def total(now: datetime, until: date) -> int:
        rows = truth.TABLES["ad_conversion_day"](world, now).to_pylist()
        return sum(row["count_28d_click"] + row["count_1d_view"] for row in rows if row["date"] <= until)

    day = date(2025, 12, 1)
    early, later, late = (total(datetime(2025, 12, 2, 12) + timedelta(days=days), day) for days in (0, 7, 35))
    assert early < later < late


def test_windows_are_nested(counted):
    for row in counted["ad_conversion_day"]:
        assert row["count_1d_click"] <= row["count_7d_click"] <= row["count_28d_click"]


def test_sessions_orders_and_leads_meet(world, counted):
    online = [row for row in counted["order"] if row["visit_id"]]
    assert sum(row["purchases"] for row in counted["session_day"]) >= len(online) > 0
    assert sum(row["sessions"] for row in counted["session_day"]) == sum(
        row["sessions"] for row in counted["session_outcome"] if not row["is_bot"]
    )
    assert sum(row["leads"] for row in counted["session_day"]) == sum(
        row["sessions"] for row in counted["session_outcome"] if row["outcome"] == "lead"
    )


def test_customers_orders_are_the_real_orders(counted):
    real = [row for row in counted["order"] if not row["is_test"]]
    assert sum(row["orders"] for row in counted["customer"]) == len(real)
    assert sum(row["margin"] for row in counted["customer"]) == sum(row["revenue"] - row["cost"] for row in real)


def test_the_dead_are_expected_to_buy_nothing_and_the_living_no_more_than_their_rate(counted):
    dead = [row for row in counted["customer"] if not row["is_alive"]]
    living = [row for row in counted["customer"] if row["is_alive"]]
    assert dead and all(row["expected_orders"] == 0 for row in dead)
    assert living and all(0 < row["expected_orders"] <= row["purchase_rate_per_day"] * 365 for row in living)


def test_what_is_not_yet_true_is_not_counted(world, counted):
    early = datetime(2025, 12, 1)
    orders, deals = truth.TABLES["order"](world, early).to_pylist(), truth.TABLES["deal"](world, early).to_pylist()
    assert 0 < len(orders) < len(counted["order"])
    assert all(row["ordered_at"] <= early for row in orders)
    assert all(row["closed_at"] is None or row["closed_at"] <= early for row in deals)
    given_back = {row["order_id"]: row["refunded"] for row in counted["order"]}
    assert sum(row["refunded"] for row in orders) < sum(given_back[row["order_id"]] for row in orders)


def test_export_writes_every_table_and_the_parameters(world, tmp_path):
    written = truth.export(world, NOW, tmp_path / "truth")
    assert {file.stem for file in written} == {*truth.TABLES, "parameters"}
    assert pq.read_table(tmp_path / "truth" / "ad_day.parquet").num_rows > 0
    parameters = json.loads((tmp_path / "truth" / "parameters.json").read_text())
    assert parameters["seed"] == world.seed and set(parameters["bg_nbd_per_day"]) == {"r", "alpha", "a", "b"}
