"""From a build's marts to the marts of lifetime value, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from science.conftest import Order, orders_of, put_marts, simulate
from scipy.stats import spearmanr

from multiball.science import bg_nbd, holdout, write_lifetime_values
from multiball.science.purchases import purchases
from multiball.settings import Workspace
from multiball.shapes import InputError
from multiball.transform.build import build
from multiball.warehouse import Target, Warehouse, open_warehouse

NOW = datetime(2030, 1, 1, tzinfo=UTC)
MARTS = {
    "customer_lifetime_value": "customer_key, horizon_months",
    "clv_by_channel": "acquisition_channel, horizon_months",
    "clv_quality": "1",
}


def built(workspace: Workspace, warehouse: Warehouse, target: Target) -> dict[str, list[dict[str, Any]]]:
    """The marts of lifetime value, with all their tests passed."""
    write_lifetime_values(workspace, warehouse, target, NOW)
    build(workspace, warehouse, target, NOW, stage="after_science")
    rows = {mart: warehouse.query(f"select * from {mart}", target).to_pylist() for mart in MARTS}
    return {mart: sorted(found, key=lambda row: str(list(row.values())[:4])) for mart, found in rows.items()}


@pytest.fixture(scope="module")
def simulated_orders() -> list[Order]:
    return orders_of(simulate(1500, (0.9, 54.0, 0.8, 2.4), 11), 11)


@pytest.fixture
def other_warehouse(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Workspace, Warehouse]:
    folder = tmp_path_factory.mktemp("server")
    (folder / "sources.yml").write_text(f"warehouse:\n  engine: postgres\n  dsn: {request.getfixturevalue('empty_database')}\n")
    return Workspace(folder), open_warehouse(Workspace(folder))


@pytest.fixture
def here(tmp_path: Any) -> tuple[Workspace, Warehouse]:
    (tmp_path / "sources.yml").write_text("warehouse:\n  engine: duckdb\n")
    return Workspace(tmp_path), open_warehouse(Workspace(tmp_path))


@pytest.mark.engine
def test_both_engines_and_a_second_build_give_equal_marts(
    here: tuple[Workspace, Warehouse], other_warehouse: tuple[Workspace, Warehouse], simulated_orders: list[Order]
) -> None:
    one = built(*here, put_marts(here[1], "one", simulated_orders))
    other = built(*other_warehouse, put_marts(other_warehouse[1], "other", simulated_orders[::-1]))
    assert one == other
    customers = one["customer_lifetime_value"]
    assert len(customers) == 3 * 1500
    assert all(row["cannot_tell"] is None for row in customers)
    assert all(
        0 <= row["p_alive"] <= 1 and row["expected_margin_low"] <= row["expected_margin"] <= row["expected_margin_high"]
        for row in customers
    )
    channels = one["clv_by_channel"]
    assert {(row["acquisition_channel"], row["horizon_months"]) for row in channels} == {
        (channel, months) for channel in ("Direct", "Email") for months in (12, 24, 36)
    }
    costs = {row["acquisition_channel"]: row["spend_so_far"] for row in channels if row["horizon_months"] == 12}
    assert costs == {"Email": Decimal(15), "Direct": None}
    for row in channels:
        own = [each for each in customers if each["acquisition_channel"] == row["acquisition_channel"]]
        own = [each for each in own if each["horizon_months"] == row["horizon_months"]]
        assert row["customers"] == len(own)
        assert row["expected_margin"] == pytest.approx(sum(each["expected_margin"] for each in own), abs=Decimal("0.001"))
        assert row["expected_margin_low"] > sum(each["expected_margin_low"] for each in own)
        assert row["expected_margin"] > Decimal("0")
        only = {months: row[f"expected_margin_{months}_months"] for months in (12, 24, 36)}
        assert only == {months: row["expected_margin"] if months == row["horizon_months"] else None for months in only}
    [quality] = one["clv_quality"]
    assert quality["customers"] == 1500 and quality["cannot_tell"] is None and quality["holdout_cannot_tell"] is None
    assert float(quality["alpha_days"]) == pytest.approx(54, rel=0.4)
    assert float(quality["expected_orders"]) == pytest.approx(quality["actual_orders"], rel=0.15)
    assert float(quality["expected_margin"]) == pytest.approx(float(quality["actual_margin"]), rel=0.25)
    assert quality["error_per_customer"] < quality["naive_error_per_customer"]


def test_too_few_customers_give_empty_values_with_a_reason(workspace: Workspace, warehouse: Warehouse) -> None:
    orders: list[Order] = [
        (f"c{number}", date(2026, 1, 1) + timedelta(days=day), Decimal(10)) for number in range(20) for day in (0, 3 + number)
    ]
    target = put_marts(warehouse, "few", orders)
    write_lifetime_values(workspace, warehouse, target, NOW)
    customers, channels = (
        warehouse.query(f"select * from science.{table}", target).to_pylist() for table in ("lifetime_value", "lifetime_value_channel")
    )
    assert len(customers) == 60 and len(channels) == 6
    for row in customers + channels:
        assert row["cannot_tell"] == "buying again: 20 customers have, 50 are needed"
        assert row["expected_margin"] is row["expected_margin_low"] is row["expected_margin_high"] is None
    assert {(row["p_alive"], row["expected_orders"]) for row in customers} == {(None, None)}
    [quality] = warehouse.query("select * from science.lifetime_value_quality", target).to_pylist()
    assert quality["holdout_cannot_tell"] and quality["naive_orders"] is not None and quality["expected_orders"] is None


def test_a_warehouse_without_orders_has_no_customers_and_says_so(workspace: Workspace, warehouse: Warehouse) -> None:
    target = put_marts(warehouse, "none", [])
    write_lifetime_values(workspace, warehouse, target, NOW)
    for table in ("lifetime_value", "lifetime_value_channel"):
        assert warehouse.query(f"select * from science.{table}", target).num_rows == 0
    [quality] = warehouse.query("select * from science.lifetime_value_quality", target).to_pylist()
    assert (
        quality["customers"] == 0 and quality["cannot_tell"] and quality["holdout_cannot_tell"] == "the purchases do not spread over time"
    )


def test_purchases_without_known_margin_leave_orders_known_and_money_empty(
    here: tuple[Workspace, Warehouse], simulated_orders: list[Order]
) -> None:
    orders: list[Order] = [(customer, day, None) for customer, day, _ in simulated_orders]
    quality = write_lifetime_values(*here, put_marts(here[1], "unknown", orders), NOW)
    assert quality["cannot_tell"] == "margins: 0 customers have repeat purchases of a known margin above zero, 50 are needed"
    assert quality["purchases_of_unknown_margin"] == len({order[:2] for order in orders})
    found = here[1].query("select * from science.lifetime_value where horizon_months = 12", here[1].candidate("unknown")).to_pylist()
    assert all(row["expected_orders"] > 0 and row["expected_margin"] is None for row in found)


def test_orders_of_one_day_are_one_purchase_and_losses_count_by_their_share(here: tuple[Workspace, Warehouse]) -> None:
    first = date(2026, 1, 1)
    orders: list[Order] = [
        ("a", first, Decimal(30)),
        ("a", first, Decimal(10)),
        ("a", first + timedelta(days=10), Decimal(20)),
        ("a", first + timedelta(days=10), Decimal(5)),
        ("a", first + timedelta(days=20), Decimal(-15)),
        ("b", first + timedelta(days=5), Decimal(8)),
        ("b", first + timedelta(days=30), Decimal(7)),
    ]
    target = put_marts(here[1], "days", orders)
    found = purchases(here[1], target, first + timedelta(days=25), first + timedelta(days=30))
    assert found.customers == ["a", "b"]
    assert found.repeats.tolist() == [2, 0] and found.last.tolist() == [20, 0] and found.observed.tolist() == [25, 20]
    assert found.valued.tolist() == [1, 0] and found.valued_margin.tolist() == [25, 0]
    assert found.later.tolist() == [0, 1] and found.later_margin == 7
    assert found.at_a_loss == 1 and found.kept_share == pytest.approx((73 - 15) / 73)


def test_the_public_purchases_end_in_mid_1998_and_are_held_out_honestly(
    here: tuple[Workspace, Warehouse], published_purchases: list[Order]
) -> None:
    target = put_marts(here[1], "public", published_purchases)
    quality = write_lifetime_values(*here, target, NOW)
    assert quality["as_of_date"] == date(1998, 6, 30) and quality["customers"] == 2357 and "cannot_tell" not in quality
    past = purchases(here[1], target, date(1997, 9, 30), date(1998, 6, 30))
    fit = bg_nbd.fit(past.repeats, past.last, past.observed)
    assert fit.parameters / [1, 7, 1, 1] == pytest.approx([0.243, 4.414, 0.793, 2.426], abs=0.001)
    assessed = holdout.compare(past)
    assert assessed["holdout_days"] == 273 and assessed["actual_orders"] == past.later.sum()
    assert assessed["expected_orders"] == pytest.approx(assessed["actual_orders"], rel=0.15)
    assert abs(assessed["expected_orders"] - assessed["actual_orders"]) < abs(assessed["naive_orders"] - assessed["actual_orders"])


def test_the_sandboxes_true_customers_bring_what_is_expected_of_them(here: tuple[Workspace, Warehouse]) -> None:
    from sandbox.truth import TABLES
    from sandbox.world import build_world
    from sandbox.world.brand import BUYING

    world = build_world(seed=7, start=date(2025, 10, 1), end=date(2026, 10, 31), scale=1.0)
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    truth = {str(row["person_id"]): row for row in TABLES["customer"](world, moment).to_pylist()}
    orders: list[Order] = [
        (str(row["person_id"]), row["ordered_at"].date(), row["revenue"] - row["cost"])
        for row in TABLES["order"](world, moment).to_pylist()
        if not row["is_test"]
    ]
    target = put_marts(here[1], "sandbox", orders)
    quality = write_lifetime_values(*here, target, moment)
    assert "cannot_tell" not in quality
    assert [quality["r"], quality["alpha_days"]] == pytest.approx([BUYING["r"], BUYING["alpha"]], rel=0.35)
    found = here[1].query("select * from science.lifetime_value where horizon_months = 12", target).to_pylist()
    expected = np.array([float(row["expected_orders"]) for row in found])
    true = np.array([truth[row["customer_key"]]["expected_orders"] for row in found])
    assert expected.sum() == pytest.approx(true.sum(), rel=0.15)
    assert spearmanr(expected, true).statistic > 0.4


def test_a_discount_rate_that_is_no_share_is_refused(tmp_path: Any) -> None:
    (tmp_path / "sources.yml").write_text("reporting:\n  discount_rate: 10\n")
    with pytest.raises(InputError, match=r"line 2: reporting.discount_rate is 10\. Give a number from 0 to below 1"):
        _ = Workspace(tmp_path).discount_rate
