"""Marts with rows written by hand: every mart that a review reads, with the columns and types of its own contract, empty unless given.

Metrics over periods and comparisons are made from the hand-written days by the models' own SQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa
import yaml
from review.metric_models import make

from multiball.review.facts import Review
from multiball.review.gather import gather
from multiball.settings import REPOSITORY
from multiball.warehouse import Target, Warehouse

MARTS = (
    "action_log", "attribution_daily", "clv_by_channel", "clv_quality", "conversion_daily", "dim_account", "dim_campaign", "dim_date",
    "dim_metric", "fct_account_daily", "fct_ad_daily", "fct_deal", "fct_lead", "fct_order", "fct_session", "goal_progress",
    "metric_coverage", "metric_daily", "reconciliation_daily", "source_freshness",
)  # fmt: skip
_TYPES: Mapping[str, pa.DataType] = {
    "string": pa.string(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "decimal(18,6)": pa.decimal128(18, 6),
}
FACTS = ("account", "ad", "order", "session")
_FACTS_OF = {"spend": "ad", "customer_acquisition_cost": "order, ad", "sessions": "session"}
Rows = Mapping[str, Sequence[Mapping[str, Any]]]
AS_OF = datetime(2026, 11, 3, 6)


@cache
def columns(mart: str) -> pa.Schema:
    """The columns of the mart's contract."""
    [file] = (REPOSITORY / "dbt_project" / "models" / "marts").glob(f"**/{mart}.yml")
    [model] = yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
    return pa.schema([(column["name"], _TYPES[column["data_type"]]) for column in model["columns"]])


def put_marts(warehouse: Warehouse, rows: Rows, as_of: datetime = AS_OF, time_zone: str = "Europe/Berlin") -> Target:
    """A candidate on DuckDB that holds the marts; numbers and days may be written as text."""
    target = warehouse.candidate("by_hand")
    with duckdb.connect(warehouse.dbt_profile(target)["path"]) as connection:
        connection.execute("begin; create schema if not exists marts")
        for mart in MARTS:
            connection.register("given", _table(columns(mart), rows.get(mart, ())))
            connection.execute(f"create or replace table marts.{mart} as select * from given")
        make(connection, rows.get("dim_metric", ()), as_of, time_zone)
        connection.execute("commit")
    return target


def _table(schema: pa.Schema, rows: Sequence[Mapping[str, Any]]) -> pa.Table:
    for row in rows:
        assert set(row) <= set(schema.names), f"no such columns: {set(row) - set(schema.names)}"
    return pa.table({field.name: pa.array([_typed(row.get(field.name), field.type) for row in rows], field.type) for field in schema})


def _typed(value: Any, kind: pa.DataType) -> Any:
    if value is None:
        return None
    if pa.types.is_decimal(kind):
        return Decimal(str(value))
    if pa.types.is_date(kind) and isinstance(value, str):
        return date.fromisoformat(value)
    if pa.types.is_timestamp(kind) and isinstance(value, str):
        return datetime.fromisoformat(value)
    return value


def review(warehouse: Warehouse, rows: Rows, month: str = "2026-10", **given: Any) -> Review:
    """The review of hand-made marts. Where no coverage is given, every fact is known up to the day before `AS_OF`."""
    rows = {"metric_coverage": [day for fact in FACTS for day in covered(fact, "2026-07-01", "2026-11-02")], **rows}
    arguments = {"as_of": AS_OF, "issued_at": AS_OF, "brand": "Halmstein", "currency": "EUR", "time_zone": "Europe/Berlin", **given}
    target = put_marts(warehouse, rows, arguments["as_of"], arguments["time_zone"])
    return gather(warehouse, target, month=date.fromisoformat(f"{month}-01"), **arguments)


def metric(name: str, additivity: str = "sum", mart: str = "conversion_daily", **further: Any) -> dict[str, Any]:
    """A row of `dim_metric`."""
    inputs = {} if additivity == "ratio" else {"value_column": name}
    over_days = {"last": "last", "distinct": "none"}.get(additivity, "sum")
    facts = _FACTS_OF.get(name, "order" if mart == "conversion_daily" else "account")
    return {
        "metric": name, "label": name.title(), "additivity": additivity, "over_days": over_days, "mart": mart, "multiplier": 1,
        "format": "integer", "unit": "things", "description": "", "is_vanity": False, "facts": facts, **inputs, **further,
    }  # fmt: skip


REVENUE = metric("revenue", format="currency", better="up")
SPEND = metric("spend", mart="paid_efficiency_daily", value_column="spend_reporting", format="currency")
CUSTOMERS = metric("new_customers", better="up")
ORDERS = metric("orders", better="up")
COST = metric("customer_acquisition_cost", "ratio", numerator="spend", denominator="new_customers", format="currency", better="down")
CATALOGUE = [REVENUE, SPEND, CUSTOMERS, ORDERS, COST]


def number(day: str, name: str, value: Any = None, dimension: str = "total", member: str = "all", **further: Any) -> dict[str, Any]:
    """A row of `metric_daily`."""
    return {"date_day": day, "metric": name, "dimension": dimension, "member": member, "additivity": "sum", "value": value, **further}


def rate(day: str, name: str, numerator: Any, denominator: Any, dimension: str = "total", member: str = "all") -> dict[str, Any]:
    """A row of `metric_daily` of a ratio. Its value is never read, as a ratio of sums is not a sum of ratios."""
    inputs = {"numerator": numerator, "denominator": denominator}
    return number(day, name, 77, dimension, member, additivity="ratio", **inputs)


def freshness(source: str, until: str, loaded: str = "2026-11-03T05:00:00", **further: Any) -> dict[str, Any]:
    """A row of `source_freshness`."""
    return {
        "source_name": source, "account_id": "1", "entity": "rows", "connector": source, "last_report_date": until,
        "last_extracted_at": loaded, "is_late": False, **further,
    }  # fmt: skip


def covered(fact: str, first: str, last: str, source: str = "all", account: str = "1", is_covered: bool = True) -> list[dict[str, Any]]:
    """Rows of `metric_coverage`, for every day from first to last."""
    days = (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    return [
        {
            "fact": fact, "source_name": source, "account_id": account, "is_covered": is_covered,
            "date_day": date.fromisoformat(first) + timedelta(days=number),
        }
        for number in range(days)
    ]  # fmt: skip


def ended(fact: str, first: str, last: str, source: str = "all", account: str = "1", missed: str = "2026-11-02") -> list[dict[str, Any]]:
    """Rows of `metric_coverage` of a source that ends, and is missing from then on."""
    after = (date.fromisoformat(last) + timedelta(days=1)).isoformat()
    return [*covered(fact, first, last, source, account), *covered(fact, after, missed, source, account, is_covered=False)]


def goal(name: str, day: str = "2026-10-31", **further: Any) -> dict[str, Any]:
    """A row of `goal_progress`, of a goal on revenue for the second half of the year."""
    return {
        "goal": name, "date_day": day, "metric": "revenue", "dimension": "total", "member": "all", "owner": "growth", "direction": "up",
        "start_on": "2026-07-01", "due_on": "2026-12-31", "baseline": 0, "target": 1840, "additivity": "sum", "status": "on",
        "is_latest": False, "text": f'{{"en": "Goal {name}.", "zh": "目标{name}。"}}', **further,
    }  # fmt: skip


def credit(day: str, campaign: str | None, orders: Any, revenue: Any, spend: Any, channel: str = "Paid Social") -> dict[str, Any]:
    """A row of `attribution_daily` by the last touch that was not direct."""
    return {
        "date_day": day, "attribution_model": "last_non_direct", "channel": channel, "campaign_key": campaign, "orders": orders,
        "revenue": revenue, "spend": spend,
    }  # fmt: skip


def two_months(**values: tuple[Any, Any]) -> list[dict[str, Any]]:
    """Totals of `metric_daily`: for each metric one number on September 1 and one on October 1."""
    days = ("2026-09-01", "2026-10-01")
    return [number(day, name, value) for name, pair in values.items() for day, value in zip(days, pair, strict=True)]


def calendar(first: str, days: int) -> list[dict[str, Any]]:
    """Rows of `dim_date`."""
    start = date.fromisoformat(first)
    every = [start + timedelta(days=offset) for offset in range(days)]
    return [{"date_day": day, "week_start": day - timedelta(days=day.weekday())} for day in every]
