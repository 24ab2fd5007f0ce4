"""Pulls of an ingest run: the windows of an account in parallel threads, since a pull mostly waits for the platform.

One task for each window would cost more than the pull itself. Without Airflow.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import date
from multiprocessing.pool import ThreadPool
from threading import Lock

from multiball.flows import windows as days_of
from multiball.landing import held_days, landed_from, loads
from multiball.shapes import AccessRefused, Failure, Source, SourceError, Window
from multiball.warehouse import Warehouse

log = logging.getLogger(__name__)

GIVE_UP = 3
"""This many failed windows in a row mean that the source is down: the rest is left to the next try."""


def planned_windows(warehouse: Warehouse, source: Source, restatement_days: int, day: date) -> dict[str, list[Window]]:
    """The windows that each account of a source needs up to `day`, oldest first."""
    plans = {}
    for account in source.accounts:
        landed = loads(warehouse, source.name, account)
        settled = (days_of.settled(load.start, load.end, load.extracted_at.date(), restatement_days) for load in landed)
        plans[account] = days_of.plan(
            source.history_from,
            day,
            restatement_days,
            [window for window in settled if window],
            landed_from=landed_from(warehouse, source.name, account),
            held=held_days(warehouse, source.name, account),
        )
    return plans


def pull_each(source: str, windows: Sequence[Window], pull: Callable[[Window], None], threads: int) -> None:
    """Call `pull` with each window, oldest first, `threads` at a time. A failed window does not stop the others.

    An error that would be the same for every window (`InputError`, `AccessRefused`, a bug) is raised at once. Otherwise a single
    failure is raised at the end, or a `SourceError` with their number. The threads end with the process, whatever they wait for.
    """
    failed: list[tuple[Window, Exception]] = []
    tried: list[Window] = []
    in_a_row = 0
    counting = Lock()

    def attempt(window: Window) -> None:
        nonlocal in_a_row
        with counting:
            if in_a_row >= GIVE_UP or any(_is_final(error) for _, error in failed):
                return
            tried.append(window)
        try:
            pull(window)
        except Exception as error:  # noqa: BLE001  raised below, in the task's own thread
            log.error("%s to %s: %s", window.start, window.end, error)
            with counting:
                failed.append((window, error))
                in_a_row += 1
        else:
            with counting:
                in_a_row = 0

    with ThreadPool(min(threads, len(windows)) or 1) as pool:
        pool.map(attempt, sorted(windows, key=lambda window: window.start), chunksize=1)
    if failed:
        raise _summed_up(source, failed, len(windows), len(windows) - len(tried))


def _summed_up(source: str, failed: Sequence[tuple[Window, Exception]], windows: int, left: int) -> Exception:
    final = [error for _, error in failed if _is_final(error)]
    if final or len(failed) == 1:
        return (final or [failed[0][1]])[0]
    window, first = failed[0]
    which = f"{len(failed)} of {windows} windows failed" + (f", {left} were not tried" if left else "")
    what = getattr(first, "what", str(first))
    remedy = getattr(first, "remedy", "Read the log, fix the cause, and clear the task.")
    return SourceError(f"{which}; {window.start} to {window.end}: {what}", source=source, remedy=remedy)


def _is_final(error: Exception) -> bool:
    return isinstance(error, AccessRefused) or not isinstance(error, Failure)
