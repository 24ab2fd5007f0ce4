"""Days and moments as integers: days since 1970-01-01, and microseconds since then in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.world.chance import Numbers
from sandbox.world.tables import SCHEMAS

EPOCH = date(1970, 1, 1)
SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def moment(at: datetime) -> int:
    """Microseconds since 1970-01-01 of a datetime; one without zone counts as UTC."""
    naive = at.astimezone(ZoneInfo("UTC")).replace(tzinfo=None) if at.tzinfo else at
    return (naive - datetime(1970, 1, 1)) // timedelta(microseconds=1)


def as_datetime(at: int) -> datetime:
    """The naive UTC datetime of a moment."""
    return datetime(1970, 1, 1) + timedelta(microseconds=int(at))


def day_starts(days: Numbers, zone: str) -> Numbers:
    """The moment when each day begins in a time zone."""
    unique, position = np.unique(days, return_inverse=True)
    starts = [moment(datetime.combine(EPOCH + timedelta(days=int(day)), datetime.min.time(), ZoneInfo(zone))) for day in unique]
    return np.asarray(starts, dtype=np.int64)[position]


def local_days(moments: Numbers, zone: str) -> Numbers:
    """The calendar day of each moment in a time zone less than a day away from UTC."""
    days = moments // DAY
    return days + (day_starts(days + 1, zone) <= moments) - (day_starts(days, zone) > moments)


def weekday(days: Numbers) -> Numbers:
    """0 for Monday."""
    return (days + 3) % 7


def month(days: Numbers) -> Numbers:
    """1 for January."""
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(int) % 12 + 1


def make_table(name: str, columns: Mapping[str, Any]) -> pa.Table:
    """A table of `SCHEMAS[name]`. Integers become days and moments; money is given in cents; a masked value is null."""
    schema = SCHEMAS[name]
    if set(columns) != set(schema.names):
        raise ValueError(f"table {name}: columns {sorted(set(columns) ^ set(schema.names))} are missing or unknown")
    return pa.table([_array(columns[field.name], field.type) for field in schema], schema=schema)


def _array(values: Any, kind: pa.DataType) -> pa.Array:
    mask = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    if isinstance(values, np.ma.MaskedArray):
        values = values.data
    if len(values) == 0:
        return pa.array([], type=kind)
    if pa.types.is_decimal(kind):
        cents = pa.array(np.asarray(values, dtype=np.int64), mask=mask)
        return pc.multiply(cents.cast(pa.decimal128(19, 0)), pa.scalar("0.01").cast(pa.decimal128(3, 2))).cast(kind)
    if pa.types.is_timestamp(kind):
        return pa.array(values, type=pa.int64(), mask=mask).cast(kind)
    if pa.types.is_date(kind):
        return pa.array(np.asarray(values, dtype=np.int32), type=pa.int32(), mask=mask).cast(kind)
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values.cast(kind)
    return pa.array(values, type=kind, mask=mask)


def nullable(values: Any, present: Numbers) -> np.ma.MaskedArray[Any, Any]:
    """The values where `present`, else null."""
    return np.ma.masked_array(np.asarray(values), mask=~np.asarray(present))
