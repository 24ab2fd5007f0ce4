"""The days that an ingest run pulls: pure functions over `Window`s, without Airflow."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta

from multiball.shapes import Window

_DAY = timedelta(days=1)


def plan(
    history_from: date,
    day: date,
    restatement_days: int,
    settled: Iterable[Window],
    *,
    landed_from: date | None = None,
    held: Collection[date] = (),
) -> list[Window]:
    """The windows that one account needs up to `day`, oldest first, without overlap.

    The last window is the current one: from `restatement_days` before `day` to `day`, as the platform may still change those days. Before
    it are monthly slices of the days since `history_from` that no `settled` window covers, and of the days with rows that are `held`. A
    source that begins after `day` has none. Days since `landed_from`, loaded by an earlier `history_from`, stay up to date.
    """
    start = min(history_from, landed_from or history_from)
    if day < start:
        return []
    current = Window(max(start, day - restatement_days * _DAY), day)
    covered = {covered_day for window in settled for covered_day in window.days()} - set(held)
    past_days = (past for past in _days(start, current.start - _DAY) if past >= history_from or past in held)
    missing = [past for past in past_days if past not in covered]
    return [*_monthly(missing), current]


def monthly(start: date, end: date, *, today: date) -> list[Window]:
    """The days from `start` to `end`, both included, as monthly slices; the slice that contains `today` is current."""
    return [Window(piece.start, piece.end, current=piece.end >= today) for piece in _monthly(_days(start, end))]


def settled(start: date, end: date, extracted_on: date, restatement_days: int) -> Window | None:
    """The part of an extracted window that was already final when it was extracted, or None."""
    last = min(end, extracted_on - restatement_days * _DAY)
    return Window(start, last, current=False) if last >= start else None


def _days(start: date, end: date) -> Iterator[date]:
    return (start + offset * _DAY for offset in range((end - start).days + 1))


def _monthly(days: Iterable[date]) -> list[Window]:
    """Runs of consecutive days, split at the end of a month."""
    windows: list[Window] = []
    for day in days:
        if windows and day - windows[-1].end == _DAY and day.day != 1:
            windows[-1] = Window(windows[-1].start, day, current=False)
        else:
            windows.append(Window(day, day, current=False))
    return windows
