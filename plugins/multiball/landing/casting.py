"""Values as a platform returned them → Arrow columns of the declared types, strictly: `"152"` is a bigint, `"many"` is a fault."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from multiball.shapes import FieldType
from multiball.warehouse.raw_schema import ARROW_TYPES

_WIDE = pa.decimal128(38, 12)
_SIX_PLACES = Decimal("0.000001")
_ZONED = pa.timestamp("us", "UTC")
_ZONE = r"(Z|z|[+-]\d{2}(:?\d{2})?)$"
_FRACTION = r"(\.\d{6})\d+"
_NUMERIC = ("bigint", "decimal(18,6)", "double")
EXAMPLES: dict[FieldType, str] = {
    "string": "text",
    "bigint": "152",
    "decimal(18,6)": "12.5",
    "double": "12.5",
    "boolean": "true",
    "date": "2026-01-31",
    "timestamp": "2026-01-31T08:00:00+0000",
}
"""A valid value of each type, for messages."""


def _is_number(present: pa.DataType) -> bool:
    return bool(pa.types.is_integer(present) or pa.types.is_floating(present) or pa.types.is_decimal(present))


_ACCEPTED: dict[FieldType, Callable[[pa.DataType], bool]] = {
    "string": pa.types.is_integer,
    "bigint": _is_number,
    "decimal(18,6)": _is_number,
    "double": _is_number,
    "boolean": pa.types.is_boolean,
    "date": pa.types.is_date32,
    "timestamp": pa.types.is_timestamp,
}

_REFUSED = (ValueError, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError)
"""What Arrow raises for an invalid value.

Some are plain ValueErrors, such as for half of an emoji, which JSON allows and UTF-8 does not.
"""


EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)
"""The valid range of dates and times: others are typing errors, such as the years 20261 or 0021."""
_SLIP = re.compile(r"\s*[+-]?\d+-\d{1,2}-\d{1,2}([T ].*)?")
_LARGE = {"bigint": 2**63, "decimal(18,6)": 10**12, "double": int(sys.float_info.max)}


@dataclass(frozen=True)
class Fault:
    """A value that is not of the declared type. `slip`: of the right form, but a day or a number outside the type's range."""

    position: int
    value: Any
    slip: bool


def cast(values: Sequence[Any] | pa.Array, kind: FieldType, array: pa.Array | None = None) -> tuple[pa.Array, list[Fault]]:
    """Convert to a column of the declared type; also returns the invalid values, which are null in the column.

    `array` has the same values, if they share a type: it spares a conversion.

    A number may come as text and an empty text is a missing value, because JSON APIs write them so; text may come as a whole number
    (identifiers do). Decimals are rounded half up to six places. A timestamp without zone is UTC.
    """
    try:
        return _in_calendar(cast_array(_arrow(values, kind) if array is None else array, kind), values)
    except _REFUSED:
        plain = values.to_pylist() if isinstance(values, pa.Array) else list(values)
    faults = [Fault(position, value, _is_slip(value, kind)) for position, value in enumerate(plain) if not _fits(value, kind)]
    for fault in faults:
        plain[fault.position] = None
    column, further = _in_calendar(_together(plain, kind), plain)
    return column, sorted([*faults, *further], key=lambda fault: fault.position)


def _together(values: list[Any], kind: FieldType) -> pa.Array:
    """Values that are valid one by one as one column, also if they share no type."""
    try:
        return cast_array(_arrow(values, kind), kind)
    except _REFUSED:
        return pa.concat_arrays([cast_array(_arrow([value], kind), kind) for value in values])


def _fits(value: Any, kind: FieldType) -> bool:
    try:
        cast_array(_arrow([value], kind), kind)
    except _REFUSED:
        return False
    return True


def _in_calendar(column: pa.Array, values: Sequence[Any] | pa.Array) -> tuple[pa.Array, list[Fault]]:
    """The column with null for implausible days, and those as faults."""
    if not (pa.types.is_date(column.type) or pa.types.is_timestamp(column.type)):
        return column, []
    days = column.cast(pa.date32(), safe=False)
    beyond = pc.fill_null(pc.or_(pc.less(days, pa.scalar(EARLIEST)), pc.greater(days, pa.scalar(LATEST))), False)
    positions = [position for position, is_beyond in enumerate(beyond.to_pylist()) if is_beyond] if pc.any(beyond).as_py() else []
    faults = [Fault(position, _at(values, position), slip=True) for position in positions]
    return pc.if_else(beyond, pa.scalar(None, column.type), column) if faults else column, faults


def _at(values: Sequence[Any] | pa.Array, position: int) -> Any:
    value = values[position]
    return value.as_py() if isinstance(value, pa.Scalar) else value


def _is_slip(value: Any, kind: FieldType) -> bool:
    """Whether an invalid value has the form of the type: a day that does not exist, a number out of range."""
    if kind in ("date", "timestamp"):
        return isinstance(value, date) or (isinstance(value, str) and bool(_SLIP.fullmatch(value)))
    if kind not in _LARGE or isinstance(value, bool):
        return False
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return False
    return abs(number) >= _LARGE[kind] if number.is_finite() else isinstance(value, float)


def cast_array(array: pa.Array, kind: FieldType) -> pa.Array:
    """Convert an Arrow column to the declared type; raises an Arrow error for an invalid value."""
    present, wanted = array.type, ARROW_TYPES[kind]
    if present == wanted and kind != "double":
        return array
    if pa.types.is_null(present):
        return array.cast(wanted)
    if pa.types.is_string(present) or pa.types.is_large_string(present):
        return _from_text(array.cast(pa.string()), kind)
    if not _ACCEPTED[kind](present):
        raise pa.ArrowTypeError(f"{present} is not a valid {kind}")
    if kind == "decimal(18,6)":
        return _rounded(array if pa.types.is_decimal(present) else array.cast(_WIDE))
    if kind == "timestamp" and present.tz:
        return array.cast(_ZONED).cast(wanted)
    return _finite(array.cast(wanted))


def _arrow(values: Sequence[Any] | pa.Array, kind: FieldType) -> pa.Array:
    """The values as an Arrow array of the type they share; as text where they are of several, which numbers and texts may be."""
    if isinstance(values, pa.Array):
        return values
    try:
        return pa.array(values)
    except _REFUSED:
        return pa.array([_text(value, kind) for value in values], pa.string())


def _text(value: Any, kind: FieldType) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        written = str(value).lower() if kind == "boolean" else None
    elif isinstance(value, int):
        written = str(value) if kind in ("string", *_NUMERIC) else None
    elif isinstance(value, (float, Decimal)):
        written = str(value) if kind in _NUMERIC else None
    else:
        written = value.isoformat() if isinstance(value, (date, datetime)) and kind in ("date", "timestamp") else None
    if written is None:
        raise pa.ArrowTypeError(f"{value!r} is not a valid {kind}")
    return written


def _from_text(text: pa.Array, kind: FieldType) -> pa.Array:
    if kind == "string":
        return text
    text = pc.utf8_trim_whitespace(text)
    text = pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
    if kind == "bigint":
        return _whole(text)
    if kind == "decimal(18,6)":
        return _decimal(text)
    if kind == "timestamp":
        text = pc.replace_substring_regex(text, _FRACTION, r"\1")
        zoned = pc.if_else(
            pc.and_(pc.match_substring_regex(text, _ZONE), pc.match_substring(text, ":")),
            text,
            pc.binary_join_element_wise(_timed(text), "Z", ""),
        )
        return zoned.cast(_ZONED).cast(ARROW_TYPES[kind])
    return _finite(text.cast(ARROW_TYPES[kind]))


def _timed(text: pa.Array) -> pa.Array:
    """A bare date is its first moment."""
    return pc.if_else(pc.equal(pc.utf8_length(text), 10), pc.binary_join_element_wise(text, "00:00:00", "T"), text)


def _whole(text: pa.Array) -> pa.Array:
    """Whole numbers, such as `152`, `-3`, and `152.0`."""
    return pc.replace_substring_regex(text, r"^\+?(-?\d+)(\.0+)?$", r"\1").cast(pa.int64())


def _decimal(text: pa.Array) -> pa.Array:
    try:
        return _rounded(text.cast(_WIDE))
    except pa.ArrowInvalid:  # More than twelve places, or not a number.
        with localcontext(prec=40, rounding=ROUND_HALF_UP):
            try:
                exact = [None if value is None else Decimal(value).quantize(_SIX_PLACES) for value in text.to_pylist()]
            except InvalidOperation as error:
                raise pa.ArrowInvalid(str(error)) from error
        return pa.array(exact, ARROW_TYPES["decimal(18,6)"])


def _rounded(decimal: pa.Array) -> pa.Array:
    return pc.round(decimal.cast(_WIDE), 6, "half_towards_infinity").cast(ARROW_TYPES["decimal(18,6)"])


def _finite(array: pa.Array) -> pa.Array:
    if pa.types.is_floating(array.type) and pc.any(pc.invert(pc.is_finite(array))).as_py():
        raise pa.ArrowInvalid("not a finite number")
    return array
