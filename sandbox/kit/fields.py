"""How a row's values are written: a field is a name in the answer, and a column or a function that makes its value.

A name with dots is a member of a nested object: `customer.id`. A bare column name stands for a field of that name. Days, moments and
amounts of money need a writer, as every platform writes them in its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from sandbox.kit.tables import Row

if TYPE_CHECKING:
    from sandbox.kit.call import Call


class Writer(NamedTuple):
    """Makes a field's value of a row at the moment of a call; `columns` are those that it reads."""

    columns: tuple[str, ...]
    make: Callable[[Row, Call], Any]


class Field(NamedTuple):
    """A name in the answer and its value: the name of a column, a writer, or a function of the row and the call."""

    name: str
    value: str | Writer | Callable[[Row, Call], Any]


Declared = str | tuple[str, str | Writer | Callable[[Row, "Call"], Any]]
"""A field as a route declares it: a column, or a name and a value."""


def _of(column: str, write: Callable[[Any], Any]) -> Writer:
    """A writer of one column; null stays null."""
    return Writer((column,), lambda row, call: None if row[column] is None else write(row[column]))


def const(value: Any) -> Writer:
    """The same value in every row."""
    return Writer((), lambda row, call: value)


def text(column: str) -> Writer:
    """The value as text: amounts with all their digits, days as 2026-10-01."""
    return _of(column, str)


def number(column: str) -> Writer:
    """An amount as a JSON number."""
    return _of(column, float)


def minor(column: str, units: int = 100) -> Writer:
    """An amount as a whole number of its currency's smaller `units`: 100 for cents, 1,000,000 for micros."""
    return _of(column, lambda value: int((Decimal(value) * units).to_integral_value(ROUND_HALF_UP)))


def day(column: str, form: str = "%Y-%m-%d") -> Writer:
    """The day of a date or moment."""
    return _of(column, lambda value: value.strftime(form))


def moment(column: str) -> Writer:
    """A moment as ISO 8601 in UTC, with milliseconds and Z."""
    return _of(column, lambda value: value.isoformat(timespec="milliseconds") + "Z")


def unix(column: str, per_second: int = 1) -> Writer:
    """A moment as seconds since 1970, or as milliseconds with 1,000 `per_second`."""
    return _of(column, lambda value: int(value.replace(tzinfo=UTC).timestamp() * per_second))


def restated(final: str, first: str, settled_at: str, write: Callable[[str], Writer] = text) -> Writer:
    """What a platform restates: the column `first` until the moment in `settled_at`, `final` from then on."""
    before, after = write(first), write(final)
    columns = (final, first, settled_at)
    return Writer(columns, lambda row, call: (after if row[settled_at] <= call.now else before).make(row, call))


def settling(column: str, date_column: str, days: int, share: float) -> Writer:
    """A count that settles over `days`: when its day ends (UTC) it shows `share` of the true value, from then on evenly more."""

    def make(row: Row, call: Call) -> Any:
        if row[column] is None:
            return None
        ended = datetime.combine(row[date_column], time()) + timedelta(days=1)
        age = min(max((call.now - ended) / timedelta(days=days), 0.0), 1.0)
        return int(row[column] * (share + (1 - share) * age) + 1e-9)

    return Writer((column, date_column), make)


def read(fields: Sequence[Declared]) -> list[Field]:
    """The declared fields, each with its name and its value."""
    return [Field(field, field) if isinstance(field, str) else Field(*field) for field in fields]


def shape(fields: Sequence[Field]) -> Callable[[Row, Call], dict[str, Any]]:
    """What makes an object of a row, with its members in the order of the fields."""
    made = [(field.name.split("."), _maker(field.value)) for field in fields]

    def show(row: Row, call: Call) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for (*outer, name), make in made:
            place = shown
            for step in outer:
                place = place.setdefault(step, {})
            place[name] = make(row, call)
        return shown

    return show


def _maker(value: str | Writer | Callable[[Row, Call], Any]) -> Callable[[Row, Call], Any]:
    if isinstance(value, str):
        return lambda row, call: row[value]
    return value.make if isinstance(value, Writer) else value


def faults(fields: Sequence[Field], schema: pa.Schema | None) -> list[tuple[str, str]]:
    """What is wrong with fields over a table, with what would be right. `schema` None: the rows are made by a function."""
    found = []
    names = [field.name for field in fields]
    for name in sorted({name for name in names if names.count(name) > 1}):
        found.append((f"the field {name!r} is declared twice", "Leave one of them."))
    for name in names:
        if inside := next((other for other in names if other.startswith(f"{name}.")), None):
            found.append((f"the field {name!r} is a value, and {inside!r} is inside it", "Name one of them differently."))
    columns: Mapping[str, pa.DataType] = {} if schema is None else {column.name: column.type for column in schema}
    for field in fields if schema is not None else ():
        read = (field.value,) if isinstance(field.value, str) else field.value.columns if isinstance(field.value, Writer) else ()
        for column in read:
            if column not in columns:
                found.append((f"the field {field.name!r} reads {column!r}, a column that the table lacks", f"It has {', '.join(columns)}."))
        if isinstance(field.value, str) and not _is_json(columns.get(field.value, pa.string())):
            writers = "text, number, minor, day, moment, unix or restated"
            found.append(
                (
                    f"the field {field.name!r} is of type {columns[field.value]}, which JSON does not have",
                    f"Say how it is written: {writers}.",
                )
            )
    return found


def _is_json(kind: pa.DataType) -> bool:
    return any(ask(kind) for ask in (pa.types.is_string, pa.types.is_integer, pa.types.is_boolean, pa.types.is_floating))


def is_day(kind: pa.DataType) -> bool:
    """Whether a column holds days, not moments."""
    return bool(pa.types.is_date(kind))


def as_day(value: date | datetime) -> date:
    """The day of a moment; a day is its own."""
    return value.date() if isinstance(value, datetime) else value
