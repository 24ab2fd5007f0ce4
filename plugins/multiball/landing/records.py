"""A page of records → Arrow: the entity's columns, typed and without plain identifiers, and the records rejected, with reasons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from multiball.landing.casting import EXAMPLES, TypeFlip, cast
from multiball.landing.identity import Identities
from multiball.shapes import Entity, Field, SourceError
from multiball.warehouse.shape import ARROW_TYPES, entity_columns

Records: TypeAlias = Sequence[dict[str, Any]] | pa.Table
WITHHELD = "[withheld]"
_PERSONAL_NAME = re.compile(r"mail|phone|mobile", re.IGNORECASE)
_SHOWN = 80
REJECTED = pa.schema([("row_number", pa.int64()), ("reason", pa.string()), ("record", pa.string())])


@dataclass(frozen=True)
class TypedPage:
    """`accepted` has the entity's columns, `_undeclared` and `_row`, the position in the extraction from 1; `rejected` is as `REJECTED`."""

    accepted: pa.Table
    rejected: pa.Table
    drift: frozenset[str]


def accepted_schema(entity: Entity) -> pa.Schema:
    """The Arrow schema of `TypedPage.accepted`."""
    columns = [(name, ARROW_TYPES[kind]) for name, kind in entity_columns(entity).items()]
    return pa.schema([*columns, ("_undeclared", pa.string()), ("_row", pa.int64())])


def typed_page(entity: Entity, records: Records, first_row: int, identities: Identities, source: str) -> TypedPage:
    """Cast a page. Raises `SourceError` naming the first value that is not of its field's type: the platform has changed its contract."""
    columns = [_column(entity, field, records, identities, source) for field in entity.fields]
    undeclared, drift = _undeclared(entity, records, identities)
    rows = pa.array(range(first_row, first_row + len(records)), pa.int64())
    table = pa.Table.from_arrays([*columns, undeclared, rows], schema=accepted_schema(entity))
    needed = [field for field in entity.fields if field.required or field.name in entity.key or field.name == entity.report_date]
    missing = {field.name: pc.is_null(table.column(field.column)) for field in needed if table.column(field.column).null_count}
    if not missing:
        return TypedPage(table, REJECTED.empty_table(), drift)
    wrong = pa.array([False] * len(records))
    for mask in missing.values():
        wrong = pc.or_(wrong, mask)
    return TypedPage(table.filter(pc.invert(wrong)), _rejected(entity, table, missing, wrong), drift)


def _column(entity: Entity, field: Field, records: Records, identities: Identities, source: str) -> pa.Array:
    values = _values(records, field.name)
    try:
        column = cast(values, field.type)
    except TypeFlip as flip:
        shown = WITHHELD if field.identifier else repr(flip.value)[:_SHOWN]
        raise SourceError(
            f"{entity.name}.{field.name} is {shown}, which is no {field.type} (good: {EXAMPLES[field.type]})",
            source=source,
            remedy="Nothing of this load is kept. If the platform changed the field, declare the new one under a new name.",
        ) from flip
    if field.identifier:
        return identities.keys(column, field.identifier)
    return identities.without_addresses(column) if field.type == "string" else column


def _values(records: Records, name: str) -> Any:
    if not isinstance(records, pa.Table):
        return [record.get(name) for record in records]
    if name not in records.column_names:
        return pa.nulls(len(records))
    return records.column(name).combine_chunks()


def _undeclared(entity: Entity, records: Records, identities: Identities) -> tuple[pa.Array, frozenset[str]]:
    declared, length = {field.name for field in entity.fields}, len(records)
    if isinstance(records, pa.Table):
        further = [name for name in records.column_names if name not in declared]
        records = records.select(further).to_pylist() if further else []
    names = frozenset[str]().union(*records) - declared if records else frozenset[str]()
    if not names:
        return pa.nulls(length, pa.string()), names
    texts = [_json({name: record[name] for name in record.keys() & names}) for record in records]
    return identities.without_addresses(pa.array(texts, pa.string())), names


def _json(record: dict[str, Any]) -> str | None:
    """JSON with sorted names; values of fields whose names speak of addresses or numbers of people are withheld."""
    if not record:
        return None
    safe = {name: WITHHELD if _PERSONAL_NAME.search(name) else value for name, value in record.items()}
    return orjson.dumps(safe, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


def _rejected(entity: Entity, table: pa.Table, missing: dict[str, pa.Array], wrong: pa.Array) -> pa.Table:
    shown = [field.name for field in entity.fields if not field.identifier]
    faults = pa.table({name: mask for name, mask in missing.items()}).filter(wrong).to_pylist()
    reasons = [f"{', '.join(name for name, absent in row.items() if absent)} missing" for row in faults]
    kept = table.filter(wrong)
    records = [orjson.dumps(row, default=str).decode() for row in kept.select(shown).to_pylist()]
    return pa.Table.from_arrays([kept.column("_row").combine_chunks(), pa.array(reasons), pa.array(records)], schema=REJECTED)
