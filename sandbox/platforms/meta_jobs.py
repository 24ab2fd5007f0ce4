"""Asynchronous insights: a POST starts a report run, polls see it progress, then its rows can be read.

A run passes through `STEPS` (a long one through `LONG_STEPS`), one a poll. 100 % is seen before the status says completed, and the
first read of every fourth run is refused once with a transient error, as the real service does.
Source: developers.facebook.com/docs/marketing-api/insights/best-practices, the official SDK's AdReportRun.

Faults of reports are switched on by the path `report:{account}` (or `report:*`) instead of an address: the kind `server_error` lets
the report fail, `hang` lets it stay at 0 % for good.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from itertools import count
from typing import Any, Literal

from sandbox.faults import Faults
from sandbox.platforms.graph import GraphError, unknown_object
from sandbox.platforms.meta_query import InsightsQuery

STEPS = (("Job Not Started", 0), ("Job Running", 100), ("Job Completed", 100))
LONG_STEPS = (STEPS[0], ("Job Started", 0), ("Job Running", 40), *STEPS[1:])
LONG_DAYS = 45
FIRST_RUN_ID = 980_000_000_000_001
DETAILED_FAILURES_SINCE_VERSION = 25

Fate = Literal["completes", "fails", "stalls"]
_FATES: dict[str, Fate] = {"server_error": "fails", "hang": "stalls"}


def fate(faults: Faults, account_id: str) -> Fate:
    """How the next report of an account ends, according to the faults for reports; it counts as fired."""
    for fault in faults.list():
        meant = fault.platform == "meta_ads" and fault.kind in _FATES and fnmatchcase(f"report:{account_id}", fault.path)
        if meant and fault.path.startswith("report:") and (fault.times is None or fault.fired < fault.times):
            fault.fired += 1
            return _FATES[fault.kind]
    return "completes"


@dataclass
class ReportRun:
    """One report run of an account; `rows` are what it found when it completed."""

    run_id: str
    account_id: str
    query: InsightsQuery
    collect: Callable[[], Sequence[dict[str, Any]]]
    started_at: datetime
    fate: Fate
    refuses_first_read: bool
    step: int = 0
    completed_at: datetime | None = None
    rows: Sequence[dict[str, Any]] = field(default_factory=tuple)

    def poll(self, now: datetime, version: int) -> dict[str, Any]:
        """The run as a poll sees it; each poll takes it one step further. A stalled run stays at 0 % for good."""
        steps = LONG_STEPS if (self.query.until - self.query.since).days >= LONG_DAYS else STEPS
        status, percent = steps[self.step]
        failed = self.fate == "fails" and self.step == len(steps) - 1
        if status == "Job Completed" and self.completed_at is None:
            self.completed_at = now
            self.rows = () if failed else tuple(self.collect())
        if self.fate != "stalls":
            self.step = min(self.step + 1, len(steps) - 1)
        node: dict[str, Any] = {
            "id": self.run_id,
            "account_id": self.account_id,
            "time_ref": int(self.started_at.timestamp()),
            "async_status": "Job Failed" if failed else status,
            "async_percent_completion": percent,
            "is_running": self.completed_at is None,
            "date_start": self.query.since.isoformat(),
            "date_stop": self.query.until.isoformat(),
            "time_completed": int(self.completed_at.timestamp()) if self.completed_at else None,
        }
        detailed = failed and version >= DETAILED_FAILURES_SINCE_VERSION
        return node | {
            "error_code": -2 if detailed else None,
            "error_subcode": 2490547 if detailed else None,
            "error_message": "The report could not be created." if detailed else None,
            "error_user_title": "Report failed" if detailed else None,
            "error_user_msg": "Create the report again later." if detailed else None,
        }

    def read(self) -> Sequence[dict[str, Any]]:
        """The rows; error 2601/1815107 (transient) before completion, and once after it on the runs that refuse their first read."""
        if self.completed_at is None or self.fate != "completes" or self.refuses_first_read:
            if self.completed_at is not None:
                self.refuses_first_read = False
            raise GraphError(
                2601,
                "Error accessing adreport job.",
                1815107,
                is_transient=True,
                user_title="Loading Async Report Error",
                user_message="Sorry, the report cannot be loaded yet. Please try again.",
            )
        return self.rows


class ReportRuns:
    """The report runs of one server."""

    def __init__(self) -> None:
        self._runs: dict[str, ReportRun] = {}
        self._numbers = count()

    def start(
        self, account_id: str, query: InsightsQuery, collect: Callable[[], Sequence[dict[str, Any]]], now: datetime, fate: Fate
    ) -> ReportRun:
        """Begin a run whose rows `collect` brings when it completes."""
        number = next(self._numbers)
        run = ReportRun(str(FIRST_RUN_ID + number), account_id, query, collect, now, fate, refuses_first_read=number % 4 == 0)
        self._runs[run.run_id] = run
        return run

    def __contains__(self, run_id: str) -> bool:
        return run_id in self._runs

    def get(self, run_id: str) -> ReportRun:
        """The run of that id; error 100/33 when there is none."""
        if run_id not in self._runs:
            raise unknown_object(run_id)
        return self._runs[run_id]
