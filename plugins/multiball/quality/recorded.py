"""The warnings of the newest build: recorded checks of level `warn` that failed."""

from __future__ import annotations

from dataclasses import dataclass

from multiball.warehouse.interface import Warehouse
from multiball.warehouse.records import EXPECTATION_RESULT, OWN, PUBLICATION

_SHOWN = 160


@dataclass(frozen=True)
class RecordedWarning:
    """A failed check that did not block. `found` has the number of rows and examples; `why` explains it and what to do."""

    table: str
    found: str
    why: str


def newest_warnings(warehouse: Warehouse) -> list[RecordedWarning]:
    """The warnings of the newest build that was published or blocked."""
    for record in (EXPECTATION_RESULT, PUBLICATION):
        warehouse.ensure_raw(OWN, record)
    rows = warehouse.read_raw(
        OWN,
        f"""
        select table_name, column_name, coalesce(sample, observed) as found, unexpected_count, why
        from raw_{OWN}.{EXPECTATION_RESULT.name}
        where level = 'warn' and status in ('failed', 'error')
            and build_id = (select build_id from raw_{OWN}.{PUBLICATION.name} order by decided_at desc limit 1)
        order by table_name, why
        """,
    )
    return [RecordedWarning(row["table_name"], _found(row), row["why"]) for row in rows.to_pylist()]


def _found(row: dict[str, object]) -> str:
    count = _rows(row["unexpected_count"]) if row["unexpected_count"] else str(row["column_name"] or "it")
    glimpse = str(row["found"] or "")
    return f"{count}: {glimpse[:_SHOWN]}{'…' if len(glimpse) > _SHOWN else ''}" if glimpse else count


def _rows(number: object) -> str:
    return "1 row" if number == 1 else f"{number} rows"
