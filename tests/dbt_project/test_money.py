"""Gross and net revenue, refunds, states of orders, currencies and large amounts, on both engines, solved apart from the SQL."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from conftest import Ask
from rows_money import LARGE, MEANINGS, REFUNDS

from multiball.review.gather import gather
from multiball.review.sections.returns.facts import Returns
from multiball.settings import Workspace
from multiball.warehouse import Target, Warehouse

D = Decimal
SOLVED = {  # gross revenue, refunds, net revenue, orders, margin at a cost of 40; None: not counted
    "r1": (100, 0, 100, 1, 60), "r2": (100, 30, 70, 1, 30), "r3": (100, 100, 0, 1, -40), "r4": (100, 100, 0, 0, 0), "r5": None,
    "r6": (0, 25, -25, 0, -65), "r7": (0, 40, -40, 0, -80), "r8": (0, 15, -15, 0, -55), "r9": (10, 25, -15, 1, -55),
    "r10": (0, 5, -5, 0, -45), "r11": (60, 20, 40, 1, 0), "r12": None,
}  # fmt: skip
engines = pytest.mark.parametrize("engine", ["duckdb", "postgres"])
pytestmark = pytest.mark.engine


def orders(ask: Ask, source: str) -> dict[str, dict[str, Any]]:
    return {row["order_id"]: row for row in ask(f"select * from fct_order where _source = '{source}'")}


@engines
def test_states_mean_what_the_shops_mean_and_unknown_ones_are_no_sales(engine: str, asks: dict[str, Ask]) -> None:
    found = orders(asks[engine], "states")
    wrong = {row["status"]: row["order_state"] for key, row in found.items() if key != "none" and not key.startswith(row["order_state"])}
    assert wrong == {}
    assert found["none"]["order_state"] == "unknown", "a source that states its orders' states states all of them"
    assert sum(row["order_units"] for row in found.values()) == len(MEANINGS["sale"])
    assert {row["order_state"] for row in found.values() if row["is_counted"]} == {"sale"}


@engines
def test_unknown_states_are_reported_with_their_name_and_count(engine: str, asks: dict[str, Ask]) -> None:
    rows = asks[engine]("select * from reconciliation_daily where check_name = 'order_state_is_known'")
    reported = {row["scope"]: (row["difference"], row["status"], row["level"]) for row in rows}
    assert reported == {
        f"states, {state}": (1, "error", "warn") for state in ("closed", "whatever", "???", "no state")
    }  # fmt: skip


@engines
def test_a_source_without_states_sells_and_one_with_words_of_its_own_is_heard(engine: str, asks: dict[str, Ask]) -> None:
    assert [(row["order_state"], row["is_counted"]) for row in orders(asks[engine], "stateless").values()] == [("sale", True)]
    own = orders(asks[engine], "own_words")
    assert {key: row["order_state"] for key, row in own.items()} == {"reif": "sale", "closed": "refunded"}
    assert (own["closed"]["revenue"], own["closed"]["refunds"], own["closed"]["net_revenue"]) == (5, 5, 0)


@engines
def test_gross_refunds_and_net_are_as_solved_by_hand(engine: str, asks: dict[str, Ask]) -> None:
    columns = ("revenue", "refunds", "net_revenue", "order_units", "margin")
    found = {
        key: tuple(row[name] for name in columns) if row["is_counted"] else None for key, row in orders(asks[engine], "refunds").items()
    }
    assert set(found) == set(REFUNDS)
    assert found == SOLVED
    [day] = asks[engine](
        "select sum(revenue) as gross, sum(refunds) as refunds, sum(net_revenue) as net, sum(orders) as orders, sum(margin) as margin"
        " from conversion_daily where date_day = date '2026-05-11'"
    )
    counted = [row for row in SOLVED.values() if row is not None]
    assert list(day.values()) == [sum(row[place] for row in counted) for place in range(5)] == [470, 360, 110, 5, -250]
    [credited] = asks[engine](
        "select sum(revenue) as gross, sum(refunds) as refunds, sum(net_revenue) as net, sum(orders) as orders"
        " from attribution_daily where date_day = date '2026-05-11' and attribution_model = 'linear'"
    )
    assert list(credited.values()) == [470, 360, 110, 5]


@engines
def test_net_revenue_agrees_with_the_source_and_refunds_above_revenue_are_shown(engine: str, asks: dict[str, Ask]) -> None:
    rows = asks[engine]("select * from reconciliation_daily where check_name = 'net_revenue_equals_source'")
    sides = {(row["scope"], str(row["date_day"])): row["left_value"] for row in rows}
    assert {row["status"] for row in rows} == {"ok"}
    # without r3, whose amount its source does not state
    assert sides["refunds, EUR", "2026-05-11"] == 110
    assert sides["returns, EUR", "2026-05-15"] == -40
    above = asks[engine]("select * from reconciliation_daily where check_name = 'refunds_within_revenue' and status = 'error'")
    assert [(row["scope"], row["left_value"], row["right_value"], row["level"]) for row in above] == [("refunds, EUR", 25, 10, "warn")]


@engines
def test_a_return_is_no_purchase(engine: str, asks: dict[str, Ask]) -> None:
    found = orders(asks[engine], "returns")
    assert {key: (row["order_units"], row["is_new_customer"], row["margin"]) for key, row in found.items()} == {
        "t1": (1, True, 50), "t2": (0, None, -25), "t3": (0, None, None),
    }  # fmt: skip
    customers = {
        row["customer_key"].rsplit(":", 1)[-1]: row
        for row in asks[engine]("select * from dim_customer where customer_key like 'returns:%'")
    }
    assert (customers["t"]["orders"], customers["t"]["net_revenue_reporting"], customers["t"]["margin_reporting"]) == (1, 40, 25)
    assert customers["t"]["last_order_at"] == datetime(2026, 5, 14, 8)
    assert (customers["u"]["orders"], customers["u"]["first_order_at"], customers["u"]["net_revenue_reporting"]) == (0, None, -10)
    valued = {row["customer_key"] for row in asks[engine]("select customer_key from customer_lifetime_value")}
    assert any(key.endswith(":t") for key in valued) and not any(key.endswith(":u") for key in valued)


@engines
def test_a_currency_is_the_same_however_it_is_written(engine: str, asks: dict[str, Ask]) -> None:
    found = orders(asks[engine], "codes")
    assert {key: (row["currency"], row["revenue_reporting"]) for key, row in found.items()} == {
        "eur": ("EUR", 2), " EUR ": ("EUR", 2), "Eur\u00a0": ("EUR", 2), "XYZ": ("XYZ", None),
    }  # fmt: skip
    rows = asks[engine]("select * from reconciliation_daily where check_name = 'exchange_rate_is_known' and scope = 'fct_order, XYZ'")
    assert [(row["difference"], row["status"]) for row in rows] == [(1, "error")]


@engines
def test_amounts_of_a_cent_and_of_millions_add_up(engine: str, asks: dict[str, Ask]) -> None:
    total = sum(D(amount) for amount in LARGE)
    [day] = asks[engine]("select sum(revenue) as revenue from conversion_daily where date_day = date '2026-02-20'")
    assert day["revenue"] == total
    [goal] = asks[engine]("select * from goal_progress where goal = 'large' and is_latest")
    assert (goal["actual"], goal["status"]) == (total, "missed")


@engines
def test_a_month_of_large_amounts_has_a_review(engine: str, builds: dict[str, tuple[Workspace, Warehouse, Target]]) -> None:
    workspace, warehouse, target = builds[engine]
    issued = datetime(2027, 1, 1)
    review = gather(
        warehouse, target, month=date(2026, 2, 1), as_of=issued, issued_at=issued, brand="Brand",
        currency=workspace.reporting_currency, time_zone=workspace.reporting_time_zone,
    )  # fmt: skip
    [display] = [one for one in review.of(Returns).returns if one.name == "Display"]
    values = [D(amount) for amount in LARGE]
    assert display.revenue == sum(values)
    assert display.effective_orders == (sum(values) ** 2 / sum(value**2 for value in values)).quantize(D("0.000001"))
