"""The window that a call requests: two parameters, read as the platform writes days or moments."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from sandbox.kit.call import Call, Refused
from sandbox.kit.fields import as_day

if TYPE_CHECKING:
    from sandbox.kit.declared import Window


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at


def _since_1970(text: str, per_second: int) -> datetime:
    return datetime(1970, 1, 1) + timedelta(seconds=int(text) / per_second)


WRITTEN: dict[str, Callable[[str], date | datetime]] = {
    "day": date.fromisoformat,
    "compact_day": lambda text: datetime.strptime(text, "%Y%m%d").date(),
    "moment": _moment,
    "unix": lambda text: _since_1970(text, 1),
    "unix_ms": lambda text: _since_1970(text, 1000),
}
"""Words for how a window is written: 2026-10-01, 20261001, ISO 8601 (without zone: UTC), seconds and milliseconds since 1970."""


def read(window: Window, call: Call) -> None:
    """Set the call's `start` and `end`. Refused as `window` where one is missing, cannot be read, or they lie too far apart."""
    found: list[Any] = []
    for name, is_end in ((window.start, False), (window.end, True)):
        text = call.given.get(name)
        try:
            if not text and window.is_required:
                raise ValueError(f"{name} is missing")
            found.append(_read(window, text, is_end) if text else None)
        except (ValueError, OverflowError) as error:
            raise Refused("window", start=window.start, end=window.end, error=error) from error
    call.start, call.end = found
    if window.most_days is not None and None not in found and (as_day(call.end) - as_day(call.start)).days > window.most_days:
        raise Refused("window", start=window.start, end=window.end, error=f"more than {window.most_days} days")


def _read(window: Window, text: str, is_end: bool) -> date | datetime:
    if callable(window.written):
        return window.written(text, is_end)
    return WRITTEN[window.written](text)


def within(window: Window, call: Call, values: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Which values of the window's column lie in it. Days are compared as days, where either side is one."""
    keep = np.ones(len(values), dtype=bool)
    for bound, is_end in ((call.start, False), (call.end, True)):
        if bound is None:
            continue
        is_day = not isinstance(bound, datetime) or values.dtype == np.dtype("datetime64[D]")
        mine = values.astype("datetime64[D]") if is_day else values
        edge = np.datetime64(as_day(bound) if is_day else bound)
        included = window.end_included if window.end_included is not None else not isinstance(bound, datetime)
        keep &= mine >= edge if not is_end else mine <= edge if included else mine < edge
    return keep
