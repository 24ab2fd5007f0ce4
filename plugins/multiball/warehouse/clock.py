"""The moments that raw rows are stamped with: each later than every one before, so that a build's `as_of` never misses a row.

If the clock is a little behind the last moment, the next moment is the last one plus a microsecond. A clock that is further behind is an
error: either it is wrong now or it was wrong at the last commit, and only a person knows which.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from multiball.warehouse.interface import WarehouseError

TOLERANCE = timedelta(minutes=1)
"""How far behind the last moment a clock may be, since clocks are adjusted."""
STEP = timedelta(microseconds=1)
REMEDY = (
    "If the clock is wrong, correct it. If it is right, it was wrong at that commit: multiball doctor --clock-is-right gives the present "
    "moment to every row that is stamped later than now."
)


def is_behind(clock: datetime, last: datetime | None) -> bool:
    """Whether the clock is further behind the last moment than `TOLERANCE`."""
    return last is not None and last - clock > TOLERANCE


def compared(clock: datetime, last: datetime) -> str:
    """A message with the clock and the last moment."""
    return f"the clock says {clock:%Y-%m-%d %H:%M:%S} UTC, and the last commit was stamped {last:%Y-%m-%d %H:%M:%S} UTC"


def next_moment(clock: datetime, last: datetime | None, where: str) -> datetime:
    """The moment of the next commit to the raw store `where`. `WarehouseError` where the clock is behind."""
    if last is None or clock > last:
        return clock
    if is_behind(clock, last):
        raise WarehouseError(f"{where}: {compared(clock, last)}. Nothing was written. {REMEDY}")
    return last + STEP
