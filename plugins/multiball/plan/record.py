"""Stores the entries of plan files as raw vintages, so that a build as of any moment has the plan of that moment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from multiball.plan.files import plan_files
from multiball.plan.model import Entry, Plan, PlanFile
from multiball.shapes import Entity, Field, FieldType
from multiball.warehouse import Warehouse
from multiball.warehouse.records import OWN, append_records
from multiball.words.by_language import to_json

_TYPES: dict[Any, FieldType] = {Decimal: "decimal(18,6)", date: "date", bool: "boolean", int: "bigint"}
"""The raw types of numbers, dates and booleans. Everything else is a string; lists and mappings are JSON."""


def recorded_files() -> list[PlanFile]:
    """The plan files that have a raw table."""
    return [file for file in plan_files().values() if file.is_recorded]


def raw_entity(file: PlanFile) -> Entity:
    """The raw table of a file: a column for each key of an entry. The id is named after the entry, and a date `start` is `start_on`."""
    fields = [
        Field(column, _raw_type(file.entry.model_fields[key].annotation), file.entry.model_fields[key].description or "")
        for key, column in _columns(file)
    ]
    grain = f"One row per {file.noun} of the plan; a new vintage when it changes, a deleted one when it is taken out."
    return Entity(f"plan_{file.noun}", grain, "changes", (file.noun,), (*fields, *file.earlier))


def record_plan(warehouse: Warehouse, plan: Plan, run_id: str) -> dict[str, int]:
    """Store the entries of all recorded files, and return the number of new rows by file. The plan must have no faults.

    The entries of a file that no longer exists are stored as deleted.
    """
    return {file.name: record_entries(warehouse, file, plan.of(file.entry), run_id) for file in recorded_files()}


def record_entries(warehouse: Warehouse, file: PlanFile, entries: Sequence[Entry], run_id: str) -> int:
    """Append what differs from the newest vintage to the file's raw table: changed and new entries, and removed ones as deleted.

    Returns the number of new rows; 0 if nothing changed.
    """
    entity = raw_entity(file)
    warehouse.ensure_raw(OWN, entity)
    known = {row[file.noun]: row for row in _newest(warehouse, file, entity)}
    present = {entry.id: _row(file, entry) for entry in entries}
    changed = [row for name, row in present.items() if known.get(name) != row]
    removed = [{**row, "_deleted": True} for name, row in known.items() if name not in present]
    return append_records(warehouse, entity, [*changed, *removed], run_id) if changed or removed else 0


def _newest(warehouse: Warehouse, file: PlanFile, entity: Entity) -> list[dict[str, Any]]:
    columns = ", ".join(column for _, column in _columns(file))
    newest = f"""
        select {columns} from (
            select *, row_number() over (partition by {file.noun} order by _extracted_at desc, _run_id desc) as age
            from raw_{OWN}.{entity.name}
        ) as vintages
        where age = 1 and not _deleted"""
    rows: list[dict[str, Any]] = warehouse.read_raw(OWN, newest).to_pylist()
    return rows


def _columns(file: PlanFile) -> Iterator[tuple[str, str]]:
    """The keys of an entry with their raw columns."""
    for key, field in file.entry.model_fields.items():
        yield key, file.noun if key == "id" else f"{key}_on" if _raw_type(field.annotation) == "date" else key


def _raw_type(annotation: Any) -> FieldType:
    """The raw type of a key, required or optional."""
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return _raw_type(next(kind for kind in get_args(annotation) if kind is not type(None)))
    return _TYPES.get(annotation, "string")


def _row(file: PlanFile, entry: Entry) -> dict[str, Any]:
    return {column: _raw(getattr(entry, key)) for key, column in _columns(file)}


def _raw(value: Any) -> Any:
    if value is None or isinstance(value, str | Decimal | date | bool | int):
        return value
    if isinstance(value, Mapping):
        return to_json(value)
    plain = value.model_dump(mode="json") if hasattr(value, "model_dump") else value
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)
