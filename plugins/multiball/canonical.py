"""The contracts of the canonical entities (`models/canonical/<entity>.yml`): grain, key and columns.

Each is declared there once. dbt's macros read it from `graph`, Python reads it with this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from multiball.dbt_files import PROJECT, description, doc_blocks, read_yaml
from multiball.shapes import FieldType, InputError
from multiball.words.catalogue import catalogue

Adding = Literal["sum", "last", "distinct", "none"]


@dataclass(frozen=True)
class Unit:
    """The unit of a number. `name` is as in the contract, such as `count` or `milliseconds`.

    An amount of money has the column of its `currency` instead; for a rate, `per` is the currency that it applies to, such as `EUR`.
    """

    name: str | None = None
    currency: str | None = None
    per: str | None = None

    @property
    def is_money(self) -> bool:
        """Whether the number is an amount of money."""
        return self.currency is not None and self.per is None


@dataclass(frozen=True)
class Column:
    """One column of a contract. Only numbers have `additivity` and `unit`; `imported` is what only an import needs."""

    name: str
    type: FieldType
    description: str
    additivity: Adding | None
    unit: Unit | None
    imported: Mapping[str, Any]

    def label(self, language: str) -> str:
        """The label in a language."""
        return catalogue(language).column(self.name)


@dataclass(frozen=True)
class Contract:
    """One canonical entity. `grain` completes "one row per"; `personal` names the columns with data about a person.

    `imported` is what only an import needs; None if the entity cannot be imported.
    """

    name: str
    file: Path
    grain: str
    key: tuple[str, ...]
    personal: tuple[str, ...]
    columns: Mapping[str, Column]
    imported: Mapping[str, Any] | None


@cache
def contracts(project: Path = PROJECT) -> Mapping[str, Contract]:
    """The contracts by entity. InputError names a file that lacks a key or refers to a missing column."""
    files = sorted((project / "models" / "canonical").glob("*.yml"))
    return {file.stem: _contract(file, doc_blocks(project)) for file in files}


def _contract(file: Path, docs: Mapping[str, str]) -> Contract:
    model = read_yaml(file)["models"][0]
    meta = _meta(model)
    columns = {column["name"]: _column(column, file, docs) for column in model["columns"]}
    contract = Contract(
        name=model["name"],
        file=file,
        grain=_required(meta, "grain", file, "the model"),
        key=tuple(_required(meta, "key", file, "the model")),
        personal=tuple(_required(meta, "personal", file, "the model")),
        columns=columns,
        imported=meta.get("import"),
    )
    currencies = [column.unit.currency for column in columns.values() if column.unit and column.unit.currency]
    for name in (*contract.key, *contract.personal, *currencies):
        if name not in columns:
            raise InputError(
                f"names {name!r}, which is not among its columns", where=str(file), remedy="Declare the column, or fix the name."
            )
    return contract


def _column(column: Mapping[str, Any], file: Path, docs: Mapping[str, str]) -> Column:
    name, meta = column["name"], _meta(column)
    type_ = _required(column, "data_type", file, f"column {name}")
    is_number = type_ in ("bigint", "decimal(18,6)", "double")
    unit = _required(meta, "unit", file, f"column {name}") if is_number else None
    return Column(
        name=name,
        type=type_,
        description=description(column, docs),
        additivity=_required(meta, "additivity", file, f"column {name}") if is_number else None,
        unit=None if unit is None else Unit(name=unit) if isinstance(unit, str) else Unit(currency=unit["column"], per=unit.get("per")),
        imported=meta.get("import", {}),
    )


def _meta(declared: Mapping[str, Any]) -> Mapping[str, Any]:
    meta: Mapping[str, Any] = declared.get("config", {}).get("meta", {})
    return meta


def _required(declared: Mapping[str, Any], key: str, file: Path, part: str) -> Any:
    if key not in declared:
        raise InputError(
            f"{part} has no {key}", where=str(file), remedy="Add it; docs/decisions/0018-canonical-layer.md lists what a contract has."
        )
    return declared[key]
