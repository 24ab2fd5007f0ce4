"""The types of a mapping. `mapping_file` reads one."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from typing import Literal

from multiball.documents import Document, Place
from multiball.shapes import Entity, Field

ISO = "iso"
"""The date format that stands for ISO 8601: with a blank or a T before the time, with or without offset, Z or UTC."""

UNKNOWN = "unknown"
"""The platform of a row without one."""

Form = Literal["column", "template", "sql", "constant"]
Combination = Literal["same", "sum", "min", "max", "first", "last", "count"]


@dataclass(frozen=True)
class Rule:
    """Rows to skip: those for which `when`, an SQL condition with {columns}, is true.

    `scope` applies if records are combined from rows: skip the matching lines, or every record that has one. None: not specified.
    """

    when: str
    reason: str
    place: Place
    scope: Literal["line", "record"] | None = None


@dataclass(frozen=True)
class Value:
    """Where a field comes from and how its text is read. `values` maps texts; `otherwise` says what happens to all others."""

    form: Form
    text: str
    place: Place
    values: Dictionary[str, str | None] | None = None
    otherwise: Literal["reject", "keep", "empty", "skip"] = "reject"
    default: str | None = None
    dates: tuple[str, ...] = (ISO,)
    epoch: Literal["s", "ms", "us", "ns", "excel"] | None = None
    time_zone: str = "UTC"
    time_zone_column: str | None = None
    decimal: str = "."
    thousands: str | None = None
    units: Dictionary[str, float] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True)
class FixedColumn:
    """A column of a fixed-width file: `width` characters from `start`, the line's first being 1."""

    name: str
    start: int
    width: int


@dataclass(frozen=True)
class Layout:
    """How the file is laid out; `columns` are texts, or `FixedColumn`s for a fixed-width file."""

    path: str
    format: str | None
    encoding: str
    delimiter: str | None
    quote: str | None
    skip_lines: int
    skip_last_lines: int
    header: bool
    columns: tuple[str | FixedColumn, ...]
    sheet: str | tuple[str, ...] | None
    stop_at_blank: bool
    fill_down: tuple[str, ...]


@dataclass(frozen=True)
class Formats:
    """How texts of the whole file are read. `units`: the factor of a sign after a number."""

    decimal: str
    thousands: str | None
    units: Dictionary[str, float]
    dates: tuple[str, ...]
    nulls: tuple[str, ...]
    true: tuple[str, ...]
    false: tuple[str, ...]
    time_zone: str
    time_zone_column: str | None


@dataclass(frozen=True)
class EntityMapping:
    """The mapping to one canonical entity. With `group`, the rows of one key are combined into one record, field by field."""

    entity: Entity
    place: Place
    complete: bool
    values: Dictionary[str, Value]
    skip: tuple[Rule, ...]
    reject: tuple[Rule, ...]
    group: Dictionary[str, Combination] | None
    duplicates: Literal["reject", "first", "last", "sum"]


@dataclass(frozen=True)
class Mapping:
    """A whole mapping."""

    document: Document
    source: str
    account: str
    layout: Layout
    formats: Formats
    max_rejected: float
    entities: tuple[EntityMapping, ...]


def is_money(field: Field) -> bool:
    """Whether the field is an amount of money, which may be negative and needs a currency."""
    return field.currency is not None
