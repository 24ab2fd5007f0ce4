"""A load that is killed at a chosen point; run by test_interruptions in a process of its own."""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from multiball.landing import land
from multiball.settings import Workspace
from multiball.warehouse import Warehouse, commits, file_transaction, open_warehouse, raw_tables
from multiball.warehouse.commits import write_durably
from tests.landing.conftest import AD_DAYS, ADS, KEY, WINDOW, ad_day

ENTITIES = [AD_DAYS, ADS]


def pages(after_first: Callable[[], None] = lambda: None) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    yield "ad_days", [ad_day(1 + number % 28, f"ad {number}", number) for number in range(2_000)]
    after_first()
    yield "ads", [{"ad_id": f"ad {number}", "name": f"Ad {number}"} for number in range(500)]


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dies_after(call: Callable[..., Any], times: int) -> Callable[..., Any]:
    """The same function, and the end of the process once it has been called so many times."""
    calls = 0

    def counted(*arguments: Any, **named: Any) -> Any:
        nonlocal calls
        result = call(*arguments, **named)
        calls += 1
        if calls == times:
            die()
        return result

    return counted


def dies_at_the_commit(point: str) -> Callable[..., Any]:
    """`write_durably`, and the end of the process before or after it writes the commit of a landing."""

    def write(file: Path, text: str) -> None:
        is_landing = '"kind": "landing"' in text and "raw_shop" in text
        if is_landing and point == "before commit":
            die()
        write_durably(file, text)
        if is_landing:
            die()

    return write


def main(home: str, point: str) -> None:
    given = pages()
    if point == "extraction":
        given = pages(after_first=die)
    elif point == "append":
        for transaction in (file_transaction.FileTransaction, raw_tables.TableTransaction):
            transaction.append = dies_after(transaction.append, 2)  # type: ignore[method-assign]
    elif point == "disk":
        resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000))
    warehouse = open_warehouse(Workspace(Path(home)))
    for entity in ENTITIES:
        warehouse.ensure_raw("shop", entity)
    if point.endswith("commit"):
        commits.write_durably = dies_at_the_commit(point)
    print(land_all(warehouse, given, point))


def land_all(warehouse: Warehouse, given: Iterator[tuple[str, list[dict[str, Any]]]], run_id: str) -> int:
    """Land it and return the number of rows landed."""
    named: dict[str, Any] = {"source": "shop", "connector": "shop", "account": "1", "run_id": run_id, "identity_key": KEY}
    return sum(load.landed for load in land(warehouse, entities=ENTITIES, window=WINDOW, pages=given, **named))


if __name__ == "__main__":
    main(*sys.argv[1:])
