"""A file, by its mapping, into raw vintages: what `multiball import` does. Imports nothing of Airflow."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from multiball.importing.result import Imported
from multiball.importing.run import read
from multiball.landing import land
from multiball.orchestration import secret_file
from multiball.settings import Workspace
from multiball.shapes import Load
from multiball.warehouse import open_warehouse
from multiball.warehouse.records import LOAD, REJECTED_ROW, append_records

CONNECTOR = "import"
"""Stands for the connector's name in `raw_import`."""


@contextmanager
def reading(here: Workspace, mapping: Path, file: Path | None) -> Iterator[Imported]:
    """What the mapping makes of its file, or of `file`; its rejected rows lie in `var/rejects` then. Nothing is landed.

    Raises InputError where the mapping or the file is wrong, or where more rows are rejected than the mapping allows.
    """
    with read(mapping, file, here.secrets) as imported:
        imported.write_rejects(here.var / "rejects")
        yield imported


def land_import(here: Workspace, imported: Imported) -> list[Load]:
    """Land the records; an import of the same records again stores nothing. The rejected rows are kept in `raw_multiball.rejected_row`."""
    here = secret_file.ensure(here)
    warehouse = open_warehouse(here)
    run_id = f"import/{imported.source}/{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"
    loads = land(
        warehouse,
        source=imported.source,
        connector=CONNECTOR,
        account=imported.account,
        entities=imported.declared,
        window=imported.window(datetime.now(UTC).date()),
        pages=imported.pages(),
        run_id=run_id,
        identity_key=here.secrets["MULTIBALL_IDENTITY_KEY"],
    )
    rejected = [
        row for entity in imported.entities for row in _rejected(imported, entity.entity.name, entity.rejects().to_pylist(), run_id)
    ]
    if rejected:
        append_records(warehouse, REJECTED_ROW, rejected, run_id)
        append_records(warehouse, LOAD, [_load_of_rejected(load, rejected) for load in loads], run_id)
    return loads


def _rejected(imported: Imported, entity: str, rows: list[dict[str, Any]], run_id: str) -> Iterator[dict[str, Any]]:
    """One record for each rejected row, whatever the number of its reasons."""
    reasons: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        reasons.setdefault((row["file"], row["row"]), []).append(f"{row['reason']}: {row['found']}" if row["found"] else row["reason"])
    cells = {(row["file"], row["row"]): {key: value for key, value in row.items() if key not in ("reason", "found")} for row in rows}
    for place, record in cells.items():
        yield {
            "run_id": run_id,
            "source": imported.source,
            "account": imported.account,
            "entity": entity,
            "row_number": place[1],
            "reason": "; ".join(reasons[place]),
            "record": json.dumps(record, default=str, ensure_ascii=False),
        }


def _load_of_rejected(load: Load, rejected: list[dict[str, Any]]) -> dict[str, Any]:
    """The rows of the file that never got as far as landing, so that rows in equal rows kept and rejected."""
    number = sum(row["entity"] == load.entity for row in rejected)
    counts = {"extracted": number, "landed": 0, "unchanged": 0, "rejected": number, "deleted": 0}
    days = {"window_start": load.window.start, "window_end": load.window.end}
    named = {"run_id": load.run_id, "source": load.source, "account": load.account, "connector": CONNECTOR, "entity": load.entity}
    return {**named, **days, **counts, "drift": "[]"}
