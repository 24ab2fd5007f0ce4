"""Decisions of earlier reviews, and their results."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from multiball.review.facts import Facts, Metric, SectionFacts, Words


class PastDecision(Facts):
    """A proposal of an earlier review, its decision and its result: a row of the mart `action_log`."""

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
    """The name of the member in which the effect is measured; None for the total."""
    expected: Decimal | None
    expected_low: Decimal | None
    expected_high: Decimal | None
    measured: Decimal | None
    """The change of the metric from the month before the decision to the month after it."""
    verdict: Literal["as_expected", "better", "worse", "too_early", "cannot_tell", "not_done"]
    reason: str | None


class Decisions(SectionFacts):
    """The decisions, the newest review first."""

    decisions: tuple[PastDecision, ...] = ()
