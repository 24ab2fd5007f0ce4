"""The outcome of a check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from multiball.quality.suites import Check, Suite
from multiball.shapes import Failure


class Status(StrEnum):
    """`error`: the check could not be evaluated (a missing column, an engine's error), which counts as failed.
    `skipped`: the table has never had a row, so there is nothing to check."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class CheckOutcome:
    """One check of one table in one build; a row of `raw_multiball.expectation_result`."""

    suite: Suite
    check: Check
    status: Status
    observed: str | None
    unexpected_count: int | None
    sample: str | None
    """A few offending values or rows, as JSON."""
    checked_at: datetime

    @property
    def blocks(self) -> bool:
        """Whether this outcome blocks the publication."""
        return self.check.level == "block" and self.status in (Status.FAILED, Status.ERROR)

    @property
    def summary(self) -> str:
        """One line: the table, the expectation, what was found, and what it means."""
        column = self.check.arguments.get("column")
        found = self.sample or self.observed or self.status
        return f"{self.suite.name}{f'.{column}' if column else ''}: {self.check.type} {self.status} ({found}). {self.check.why}"

    def record(self, build_id: str) -> dict[str, Any]:
        """The row of `raw_multiball.expectation_result`."""
        return {
            "build_id": build_id,
            "layer": self.suite.layer,
            "table_name": self.suite.name,
            "column_name": self.check.arguments.get("column"),
            "expectation": self.check.type,
            "level": self.check.level,
            "status": str(self.status),
            "observed": self.observed,
            "unexpected_count": self.unexpected_count,
            "sample": self.sample,
            "why": self.check.why,
            "owner": self.suite.owner,
            "checked_at": self.checked_at,
        }


class ChecksFailed(Failure):
    """A check of level `block` failed, so nothing is published. The message names the first failures with their rows. Exit code 1."""

    def __init__(self, blocking: Sequence[CheckOutcome]) -> None:
        self.blocking = tuple(blocking)
        shown = " | ".join(outcome.summary for outcome in self.blocking[:3])
        more = f" | and {len(self.blocking) - 3} more" if len(self.blocking) > 3 else ""
        super().__init__(f"{len(self.blocking)} blocking checks failed; the published state is unchanged. {shown}{more}")
