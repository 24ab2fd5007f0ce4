"""The canonical entities that can be imported, derived from their contracts. They land in `raw_import.<name>`.

A file may be incomplete, so an entity is of kind `changes` unless a mapping declares its file complete.
Days are the account's days as the platform counts them; timestamps are UTC without zone.

What only an import needs is in a contract's `config.meta.import`. Of the entity: `key`, the fields that identify a row;
`required` fields; `lacks`, columns that no file has; `report_date`; `further` fields that staging adds up over; `grain` where it differs.
Of a column: the `name` of its field where that differs, the kind of `identifier` that it is the keyed hash of, the `description` of the
file's value where it differs from the contract's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from multiball.canonical import Column, Contract, contracts
from multiball.dbt_files import doc_blocks
from multiball.shapes import Entity, Field, InputError


@cache
def entities() -> Mapping[str, Entity]:
    """The entities that can be imported, by name. InputError names a contract that contradicts itself."""
    return {name: _entity(contract, contract.imported) for name, contract in contracts().items() if contract.imported is not None}


def _entity(contract: Contract, imported: Mapping[str, Any]) -> Entity:
    fields = {field.name: field for field in _fields(contract, imported)}
    report_date = imported.get("report_date")
    named = {*imported["key"], *imported["required"], *([report_date] if report_date else [])}
    unknown = sorted(named - set(fields)) + sorted(set(imported["lacks"]) - set(contract.columns))
    if unknown:
        raise InputError(
            f"meta.import names {', '.join(unknown)}, which the contract does not have",
            where=str(contract.file),
            remedy="Correct the name.",
        )
    grain = f"one row per {imported.get('grain', contract.grain)}"
    return Entity(contract.name, grain, "changes", tuple(imported["key"]), tuple(fields.values()), report_date)


def _fields(contract: Contract, imported: Mapping[str, Any]) -> Iterator[Field]:
    """The key first, for readers, then the other fields in the order of the contract."""
    lacks, key = imported["lacks"], imported["key"]
    columns = {column.name: column for column in contract.columns.values() if not column.name.startswith("_") and column.name not in lacks}
    fields = [_field(column, columns, imported["required"]) for column in columns.values()]
    fields += [
        Field(further["name"], further["data_type"], further["description"], further["name"] in imported["required"])
        for further in imported.get("further", [])
    ]
    yield from sorted(fields, key=lambda field: key.index(field.name) if field.name in key else len(key))


def _field(column: Column, columns: Mapping[str, Column], required: list[str]) -> Field:
    name = column.imported.get("name", column.name)
    identifier = column.imported.get("identifier")
    return Field(
        name,
        column.type,
        column.imported.get("description") or (doc_blocks()[identifier] if identifier else column.description),
        required=name in required,
        identifier=identifier,
        is_id=name.endswith("_id") or identifier == "phone",  # what a spreadsheet may take for a number
        is_additive=column.additivity in ("sum", None),
        currency=_name_of(columns, column.unit.currency) if column.unit and column.unit.is_money else None,
    )


def _name_of(columns: Mapping[str, Column], column: str | None) -> str | None:
    return columns[column].imported.get("name", column) if column else None
