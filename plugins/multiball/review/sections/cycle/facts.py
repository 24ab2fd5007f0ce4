"""What was decided in earlier reviews, and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from multiball.review.facts import Facts, Metric, SectionFacts, Words


class PastDecision(Facts):
    """A proposal of an earlier review, what was decided, and what came of it. One row of the mart `action_log`."""

    id: str
    month: date
    title: Words
    decision: Literal["approved", "changed", "rejected", "unanswered"]
    note: str | None
    decided_by: str | None
    decided_at: datetime | None
    owner: str
    due: date
    metric: Metric | None
    member_name: str | None = None
    """What it was to be seen of, as its source calls it; None for the total."""
    expected: Decimal | None
    expected_low: Decimal | None
    expected_high: Decimal | None
    measured: Decimal | None
    """What the metric changed by, from the month before the decision to the month after it."""
    verdict: Literal["as_expected", "better", "worse", "too_early", "cannot_tell", "not_done"]
    reason: str | None


class Decisions(SectionFacts):
    """The decisions, those of the newest review first."""

    decisions: tuple[PastDecision, ...] = ()
