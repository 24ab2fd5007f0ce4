"""Customers whose buying is known, and marts made of purchases by hand: as much of a build as science reads."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from multiball.settings import REPOSITORY
from multiball.warehouse import Target, Warehouse

START = date(2025, 1, 1)
Order = tuple[str, date, Decimal | None]
"""Customer, day, margin."""


class Simulated(NamedTuple):
    """x, t_x and T of simulated customers, their true rates and probabilities to leave, and whether they are still there."""

    x: np.ndarray
    last: np.ndarray
    observed: np.ndarray
    rate: np.ndarray
    leaving: np.ndarray
    alive: np.ndarray


def simulate(number: int, parameters: tuple[float, float, float, float], seed: int, days: int = 500) -> Simulated:
    """What BG/NBD assumes, lived through purchase by purchase, in continuous time."""
    chance = np.random.default_rng(seed)
    r, alpha, a, b = parameters
    rate, leaving = chance.gamma(r, 1 / alpha, number), chance.beta(a, b, number)
    observed = chance.uniform(days / 2, days, number)
    x, last, now, alive = np.zeros(number), np.zeros(number), np.zeros(number), np.ones(number, bool)
    buying = alive.copy()
    while buying.any():
        now = now + chance.exponential(1 / rate)
        buying &= now < observed
        x, last = x + buying, np.where(buying, now, last)
        leaves = buying & (chance.uniform(size=number) < leaving)
        alive &= ~leaves
        buying &= ~leaves
    return Simulated(x, last, observed, rate, leaving, alive)


def orders_of(customers: Simulated, seed: int) -> list[Order]:
    """Orders on days, with margins by what Gamma-Gamma assumes (p 4, q 5, v 80: 80 on average)."""
    chance = np.random.default_rng(seed)
    scale = chance.gamma(5, 1 / 80, len(customers.x))
    rows: list[Order] = []
    end = START + timedelta(days=int(customers.observed.max()) + 1)
    for number, (x, last, observed) in enumerate(zip(customers.x, customers.last, customers.observed, strict=True)):
        first = end - timedelta(days=round(observed))
        between = np.sort(chance.uniform(0, last, max(int(x) - 1, 0)))
        for day in [0.0, *between, *([last] if x else [])]:
            margin = Decimal(round(chance.gamma(4, 1 / scale[number]) + 0.01, 2)).quantize(Decimal("0.01"))
            rows.append((f"c{number:05d}", first + timedelta(days=round(day)), margin))
    return rows


def put_marts(warehouse: Warehouse, build_id: str, orders: list[Order], channels: tuple[str, ...] = ("Email", "Direct")) -> Target:
    """A candidate with what science and the marts of lifetime value read of the other marts; Email cost 15 up to the last order."""
    target = warehouse.candidate(build_id)
    profile = warehouse.dbt_profile(target)
    if profile["type"] == "duckdb":
        duckdb.connect(profile["path"]).close()
    money = pa.decimal128(18, 6)
    facts: dict[str, Any] = {
        "customer_key": pa.array([order[0] for order in orders], pa.string()),
        "date_day": pa.array([order[1] for order in orders], pa.date32()),
        "margin_reporting": pa.array([order[2] for order in orders], money),
        "order_units": pa.array([1] * len(orders), pa.int64()),
        "is_counted": pa.array([True] * len(orders), pa.bool_()),
        "is_return": pa.array([False] * len(orders), pa.bool_()),
    }
    warehouse.write_table(target, "marts", "fct_order", pa.table(facts))
    keys = sorted({order[0] for order in orders})
    customers: dict[str, Any] = {
        "customer_key": pa.array(keys, pa.string()),
        "orders": pa.array([1] * len(keys), pa.int64()),
        "margin_reporting": pa.array([Decimal(1)] * len(keys), money),
        "acquisition_channel": pa.array([channels[number % len(channels)] for number in range(len(keys))], pa.string()),
        "acquisition_campaign_key": pa.array([None] * len(keys), pa.string()),
    }
    warehouse.write_table(target, "marts", "dim_customer", pa.table(customers))
    days = sorted(order[1] for order in orders)
    spending = [(days[0], 10), (days[-1], 5), (days[-1] + timedelta(days=1), 99)] if days else []
    spent: dict[str, Any] = {
        "date_day": pa.array([day for day, _ in spending], pa.date32()),
        "channel": pa.array(["Email"] * len(spending), pa.string()),
        "spend": pa.array([Decimal(amount) for _, amount in spending], money),
    }
    warehouse.write_table(target, "marts", "conversion_daily", pa.table(spent))
    return target


@pytest.fixture(scope="session")
def published_purchases() -> list[Order]:
    """The public purchases, read through the mapping in examples/; they have no costs, so revenue stands for margin."""
    from multiball.importing.run import read

    folder = REPOSITORY.parent / "shared" / "data" / "cdnow"
    if not (folder / "CDNOW_sample.txt").exists():
        pytest.skip("the public purchases are not here: ../shared/data/cdnow/CDNOW_sample.txt")
    with read(REPOSITORY / "examples" / "mappings" / "cdnow_orders.yml", variables={"MULTIBALL_IMPORTS": str(folder)}) as imported:
        rows = [row for part in imported.entities for page in part.pages() for row in page.to_pylist()]
    zone = ZoneInfo("America/New_York")
    return [
        (row["customer_id"], row["ordered_at"].replace(tzinfo=UTC).astimezone(zone).date(), row["revenue"] - row["cost"]) for row in rows
    ]
