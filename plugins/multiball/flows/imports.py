"""Imports a file by its mapping into raw vintages, for `multiball import`. Without Airflow."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from multiball.arrow import keep_pandas_out
from multiball.importing.mapping_file import read_mapping
from multiball.importing.result import Imported
from multiball.importing.run import read
from multiball.landing import identity_key, land
from multiball.runtime import secret_file
from multiball.settings import Workspace
from multiball.shapes import Load, Window
from multiball.warehouse import open_warehouse
from multiball.warehouse.disk import disk_failures

CONNECTOR = "import"
"""Takes the place of the connector's name in `raw_import`."""


@contextmanager
def reading(here: Workspace, mapping: Path, file: Path | None) -> Iterator[Imported]:
    """Read the mapping's file, or `file`, and write its rejected rows to `var/rejects`. Nothing is landed.

    Raises InputError if the mapping or the file is invalid, or if more rows are rejected than the mapping allows.
    """
    keep_pandas_out()
    scratch = here.var / "scratch"
    with disk_failures(scratch):
        scratch.mkdir(parents=True, exist_ok=True)
    with read(mapping, file, here.secrets, scratch) as imported:
        imported.write_rejects(here.var / "rejects")
        yield imported


def land_import(here: Workspace, imported: Imported) -> list[Load]:
    """Land the records; importing the same records again stores nothing. Rejected rows are stored in `raw_multiball.rejected_row`."""
    here = secret_file.ensure(here)
    run_id = _run_id(imported.source)
    return land(
        open_warehouse(here),
        source=imported.source,
        connector=CONNECTOR,
        account=imported.account,
        entities=imported.declared,
        window=imported.window(datetime.now(UTC).date()),
        pages=imported.pages(),
        run_id=run_id,
        identity_key=identity_key.key_of(here.secrets),
        refused=_rejected(imported, run_id),
    )


def shortened(here: Workspace, imported: Imported) -> list[str]:
    """Notes on the files' last records whose earlier landed values were larger than in these files.

    Call it before the files are landed. It is the only sign of a file that was cut off between two rows of a record.
    """
    warehouse = open_warehouse(here)
    notes = []
    for end in (end for part in imported.entities for end in part.ends if end.sums):
        warehouse.ensure_raw(CONNECTOR, end.entity)
        given = {"_source": imported.source, "_account": imported.account, **end.key}
        same = " and ".join(f"cast({name} as varchar) = $value_{position}" for position, name in enumerate(given))
        values = {f"value_{position}": str(value) for position, value in enumerate(given.values())}
        relation = f'raw_{CONNECTOR}."{end.entity.name}"'
        sql = f"select {', '.join(end.sums)} from {relation} where {same} and not _deleted order by _extracted_at desc limit 1"
        for before in warehouse.read_raw(CONNECTOR, sql, values).to_pylist():
            smaller = [name for name, now in end.sums.items() if None not in (now, before[name]) and abs(now) < abs(before[name])]
            notes += [
                f"{end}; its {name} was {_number(before[name])} before and is {_number(end.sums[name])} now: "
                "if the file was cut off there, import the whole one"
                for name in smaller
            ]
    return notes


def _number(value: Decimal | int) -> str:
    """A number with thousands separators, and two decimals for an amount, else as many as it has."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.2f}" if value == round(value, 2) else f"{value.normalize():,f}"


def take_back(here: Workspace, mapping_path: Path) -> list[Load]:
    """Mark all imported rows of the mapping's entities, for its source and account, as deleted. Past states keep them."""
    here, mapping = secret_file.ensure(here), read_mapping(mapping_path)
    entities = {part.entity.name: replace(part.entity, kind="snapshot") for part in mapping.entities}
    today = datetime.now(UTC).date()
    return land(
        open_warehouse(here),
        source=mapping.source,
        connector=CONNECTOR,
        account=mapping.account,
        entities=tuple(entities.values()),
        window=Window(today, today, current=False),
        pages=[(name, []) for name in entities],
        run_id=_run_id(mapping.source),
        identity_key=identity_key.key_of(here.secrets),
        confirmed=True,
    )


def _run_id(source: str) -> str:
    return f"import/{source}/{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:6]}"


def _rejected(imported: Imported, run_id: str) -> list[dict[str, Any]]:
    """One record for each rejected row of an entity, whatever the number of its reasons."""
    reasons: dict[tuple[str, str, int], list[str]] = {}
    cells: dict[tuple[str, str, int], dict[str, Any]] = {}
    for part in imported.entities:
        for row in part.rejects().to_pylist():
            place = (part.entity.name, row["file"], row["row"])
            reasons.setdefault(place, []).append(f"{row['reason']}: {row['found']}" if row["found"] else row["reason"])
            cells[place] = {name: cell for name, cell in row.items() if name not in ("file", "row", "reason", "found")}
    return [
        {
            "run_id": run_id,
            "source": imported.source,
            "account": imported.account,
            "entity": entity,
            "file": file,
            "row_number": number,
            "reason": "; ".join(reasons[entity, file, number]),
            "record": json.dumps(record, default=str, ensure_ascii=False),
        }
        for (entity, file, number), record in cells.items()
    ]
