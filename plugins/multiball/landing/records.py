"""A page of records → Arrow: the entity's columns, typed and without plain identifiers, and the records rejected, with reasons."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import Any, TypeAlias

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from multiball.landing.casting import EXAMPLES, Fault, cast
from multiball.landing.identity import Identities
from multiball.landing.texts import clean_deeply, storable
from multiball.shapes import Entity, Field, SourceError
from multiball.warehouse.raw_schema import ARROW_TYPES, entity_columns

Records: TypeAlias = Sequence[dict[str, Any]] | pa.Table
WITHHELD = "[withheld]"
_PERSONAL_NAME = re.compile(r"mail|phone|mobile", re.IGNORECASE)
_SHOWN = 80
_FLIP_SHARE = 100
_SLIPS = 10
REJECTED = pa.schema([("row_number", pa.int64()), ("reason", pa.string()), ("record", pa.string())])


@dataclass(frozen=True)
class TypedPage:
    """`accepted` has the entity's columns, `_undeclared` and `_row`, the position in the extraction from 1; `rejected` is as `REJECTED`.

    `replaced` counts the characters of texts that could not be stored. `tallies` has the values of each field that had a fault.
    """

    accepted: pa.Table
    rejected: pa.Table
    drift: frozenset[str]
    replaced: int
    tallies: dict[str, Tally]


@dataclass(frozen=True)
class Tally:
    """Counts of a field's values: present, slips, and of another type; and the message for the first fault."""

    present: int
    slips: int = 0
    flips: int = 0
    first: str = ""

    def __add__(self, other: Tally) -> Tally:
        first = self.first if self.flips or not other.flips else other.first
        return Tally(self.present + other.present, self.slips + other.slips, self.flips + other.flips, first or other.first)

    @property
    def is_flip(self) -> bool:
        """Whether the field's type has changed, as opposed to single typing errors: docs/decisions/0004-landing.md."""
        return self.flips * _FLIP_SHARE > self.present or (self.slips > _SLIPS and self.slips * _FLIP_SHARE > self.present)


def accepted_schema(entity: Entity) -> pa.Schema:
    """The Arrow schema of `TypedPage.accepted`."""
    columns = [(name, ARROW_TYPES[kind]) for name, kind in entity_columns(entity).items()]
    return pa.schema([*columns, ("_undeclared", pa.string()), ("_row", pa.int64())])


def typed_page(entity: Entity, records: Records, first_row: int, identities: Identities) -> TypedPage:
    """Cast a page. A row with a value that is not of its field's type is rejected; the field's tally shows whether its type has changed."""
    replaced, reasons, tallies = 0, dict[int, list[str]](), dict[str, Tally]()
    columns = []
    for field in entity.fields:
        values, array, cleaned = storable(_values(records, field.name))
        column, faults = cast(values, field.type, array)
        replaced += cleaned
        for fault in faults:
            reasons.setdefault(fault.position, []).append(_say(field, fault))
        tallies[field.name] = _tally(field, len(column) - column.null_count + len(faults), faults)
        columns.append(_protected(field, column, identities))
    undeclared, drift = _undeclared(entity, records, identities)
    rows = pa.array(np.arange(first_row, first_row + len(records)))
    table = pa.Table.from_arrays([*columns, undeclared, rows], schema=accepted_schema(entity))
    for position, absent in _missing(entity, table).items():
        reasons.setdefault(position, [f"{', '.join(absent)} missing"])
    if not reasons:
        return TypedPage(table, REJECTED.empty_table(), drift, replaced, tallies)
    wrong = pa.array([position in reasons for position in range(len(records))])
    return TypedPage(table.filter(pc.invert(wrong)), _rejected(entity, table, reasons, wrong), drift, replaced, tallies)


def refuse_flips(entity: Entity, tallies: dict[str, Tally], source: str) -> None:
    """Raise `SourceError` for the first field whose type has changed: the platform has changed its contract, so no row is accepted."""
    for name, tally in tallies.items():
        if tally.is_flip:
            several = tally.slips + tally.flips
            counted = f", as are {several - 1:,} more of {tally.present:,} values" if several > 1 else ""
            raise SourceError(
                f"{entity.name}.{tally.first}{counted}",
                source=source,
                remedy=f"Nothing of this load is kept. If the platform changed {name}, declare the new field under a new name.",
            )


def _tally(field: Field, present: int, faults: Sequence[Fault]) -> Tally:
    slips = sum(fault.slip for fault in faults)
    first = next((fault for fault in faults if not fault.slip), faults[0] if faults else None)
    return Tally(present, slips, len(faults) - slips, _say(field, first) if first else "")


def _say(field: Field, fault: Fault) -> str:
    shown = WITHHELD if field.identifier else repr(fault.value)[:_SHOWN]
    return f"{field.name} is {shown}, which is not a valid {field.type} (good: {EXAMPLES[field.type]})"


def _protected(field: Field, column: pa.Array, identities: Identities) -> pa.Array:
    if field.identifier:
        return identities.keys(column, field.identifier)
    return identities.without_addresses(column) if field.type == "string" else column


def _missing(entity: Entity, table: pa.Table) -> dict[int, list[str]]:
    """The positions of rows without a required value, and the names of the missing values."""
    missing: dict[int, list[str]] = {}
    for field in entity.fields:
        column = table.column(field.column)
        if column.null_count and (field.required or field.name in entity.key or field.name == entity.report_date):
            for position in pc.indices_nonzero(pc.is_null(column)).to_pylist():
                missing.setdefault(position, []).append(field.name)
    return missing


def _values(records: Records, name: str) -> Any:
    if not isinstance(records, pa.Table):
        try:
            return list(map(itemgetter(name), records))
        except KeyError:
            return [record.get(name) for record in records]
    if name not in records.column_names:
        return pa.nulls(len(records))
    return records.column(name).combine_chunks()


def _undeclared(entity: Entity, records: Records, identities: Identities) -> tuple[pa.Array, frozenset[str]]:
    declared, length = {field.name for field in entity.fields}, len(records)
    if isinstance(records, pa.Table):
        further = [name for name in records.column_names if name not in declared]
        records = records.select(further).to_pylist() if further else []
    names = frozenset(chain.from_iterable(records)) - declared
    if not names:
        return pa.nulls(length, pa.string()), names
    texts = [_json({name: record[name] for name in record.keys() & names}) for record in records]
    return identities.without_addresses(pa.array(texts, pa.string())), names


def _json(record: dict[str, Any]) -> str | None:
    """JSON with sorted names; values of fields whose names suggest addresses or numbers of people are withheld."""
    if not record:
        return None
    safe = {name: WITHHELD if _PERSONAL_NAME.search(name) else value for name, value in record.items()}
    try:
        text = _dumped(safe)
    except TypeError:  # Half of a character.
        return _dumped(clean_deeply(safe))
    return _dumped(clean_deeply(safe)) if r"\u0000" in text else text


def _dumped(value: dict[str, Any]) -> str:
    return orjson.dumps(value, default=str, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS).decode()


def _rejected(entity: Entity, table: pa.Table, reasons: dict[int, list[str]], wrong: pa.Array) -> pa.Table:
    shown = [field.name for field in entity.fields if not field.identifier]
    kept = table.filter(wrong)
    records = [orjson.dumps(row, default=str).decode() for row in kept.select(shown).to_pylist()]
    said = ["; ".join(reasons[position]) for position in sorted(reasons)]
    return pa.Table.from_arrays([kept.column("_row").combine_chunks(), pa.array(said), pa.array(records)], schema=REJECTED)
