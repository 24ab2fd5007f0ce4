"""What has been landed of a source. The planner of history finds missing days with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from multiball.warehouse import Warehouse
from multiball.warehouse.records import LOAD, OWN


@dataclass(frozen=True)
class Loaded:
    """Days from `start` to `end` of an account that were landed completely, and when (UTC)."""

    account: str
    start: date
    end: date
    extracted_at: datetime


def loads(warehouse: Warehouse, source: str, account: str | None = None, run: str = "") -> list[Loaded]:
    """The loads of a source, or of one of its accounts, oldest first; with `run`, those whose run id begins with it.

    A load that failed or was killed left no trace.
    """
    warehouse.ensure_raw(OWN, LOAD)
    of_account = "" if account is None else "and account = $account"
    found = warehouse.read_raw(
        OWN,
        f"""
        select account, window_start, window_end, max(_extracted_at) as extracted_at
        from raw_{OWN}.load
        where source = $source {of_account} and starts_with(run_id, $run)
        group by account, window_start, window_end, run_id
        order by 4, 2
        """,
        {"source": source, "account": account, "run": run},
    )
    return [Loaded(row["account"], row["window_start"], row["window_end"], row["extracted_at"]) for row in found.to_pylist()]


def landed_connectors(warehouse: Warehouse) -> set[str]:
    """The connectors that have landed anything."""
    warehouse.ensure_raw(OWN, LOAD)
    found = warehouse.read_raw(OWN, f"select distinct connector from raw_{OWN}.load")
    return {row["connector"] for row in found.to_pylist()}


def landed_from(warehouse: Warehouse, source: str, account: str) -> date | None:
    """The first landed day of an account; None if nothing has landed."""
    return min((load.start for load in loads(warehouse, source, account)), default=None)
