from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import pytest

from multiball.landing import land
from multiball.shapes import Entity, Field, Load, Window
from multiball.warehouse import Warehouse

AD_DAYS = Entity(
    "ad_days",
    "one row per ad and day",
    "daily",
    ("day", "ad_id"),
    (
        Field("day", "date", "Day"),
        Field("ad_id", "string", "Ad"),
        Field("account_name", "string", "Name", required=True),
        Field("clicks", "bigint", "Clicks"),
        Field("spend", "decimal(18,6)", "Spend"),
    ),
    report_date="day",
)
ADS = Entity("ads", "one row per ad", "snapshot", ("ad_id",), (Field("ad_id", "string", "Ad"), Field("name", "string", "Name")))
ORDERS = Entity(
    "orders",
    "one row per order",
    "changes",
    ("order_id",),
    (
        Field("order_id", "string", "Order"),
        Field("email", "string", "E-mail", identifier="email"),
        Field("phone", "string", "Phone", identifier="phone"),
        Field("page_url", "string", "Page"),
        Field("ordered_at", "timestamp", "When"),
    ),
)
WINDOW = Window(date(2026, 10, 1), date(2026, 10, 31))
KEY = "a key for tests"


def ad_day(day: int, ad: str, clicks: Any = 1, **more: Any) -> dict[str, Any]:
    return {"day": f"2026-10-{day:02}", "ad_id": ad, "account_name": "Brand", "clicks": clicks, "spend": "1.50", **more}


Landing = Callable[..., list[Load]]


@pytest.fixture
def landing(warehouse: Warehouse) -> Landing:
    """Land pages of the entities above in one short call."""
    runs = iter(range(1, 1000))

    def call(
        *pages: tuple[str, Any],
        account: str = "1",
        window: Window = WINDOW,
        entities: Sequence[Entity] = (AD_DAYS, ADS, ORDERS),
        **more: Any,
    ) -> list[Load]:
        given = {"source": "shop", "connector": "shop", "run_id": f"run {next(runs)}", "identity_key": KEY, "phone_region": "DE", **more}
        return land(warehouse, account=account, entities=entities, window=window, pages=pages, **given)

    return call


def newest(warehouse: Warehouse, entity: Entity, as_of: datetime | None = None) -> list[dict[str, Any]]:
    """The newest vintage of each row as the architecture defines it, by plain Python over all of raw: independent of landing's SQL."""
    rows = warehouse.read_raw("shop", f"select * from raw_shop.{entity.name}").to_pylist()
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: (row["_extracted_at"], row["_run_id"])):
        if as_of is None or row["_extracted_at"] <= as_of:
            found[(row["_source"], row["_account"], *(row[name] for name in entity.key))] = row
    return [row for row in found.values() if not row["_deleted"]]


def vintages(warehouse: Warehouse, entity: Entity) -> int:
    return warehouse.read_raw("shop", f"select * from raw_shop.{entity.name}").num_rows
