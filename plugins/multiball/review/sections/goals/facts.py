"""The progress of the plan's goals at the end of the month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, Self

from multiball.review.facts import Facts, Metric, SectionFacts, Words, in_order_of


class Point(Facts):
    """The actual and planned value of a goal at the end of a week, or on its last day with data."""

    day: date
    actual: Decimal | None
    planned: Decimal | None


class GoalProgress(Facts):
    """The progress of a goal at the end of the month; `status` and `reason` as in the mart `goal_progress`.

    The status is unknown where a source of the metric ends before the month, unless a sum has already passed its target.
    """

    goal: str
    text: Words
    owner: str
    metric: Metric
    dimension: str
    member: str
    member_name: str | None = None
    """The member's name in its source; None for the total."""
    baseline: Decimal
    target: Decimal
    direction: Literal["up", "down"]
    start: date
    due: date
    day: date
    actual: Decimal | None
    expected: Decimal | None
    pace: Decimal | None
    projected_end: Decimal | None
    status: Literal["ahead", "on", "behind", "met", "missed", "cannot_tell"]
    reason: str | None
    weeks: tuple[Point, ...] = ()
    days_known: int | None = None
    """The number of days since the start with data from all sources of the metric."""


class Goals(SectionFacts):
    """The goals, the earliest due first."""

    goals: tuple[GoalProgress, ...] = ()

    def focused(self, goals: Sequence[str], metrics: Sequence[str]) -> Self:
        """With the audience's goals first."""
        return self.model_copy(update={"goals": in_order_of(goals, self.goals, lambda goal: goal.goal)})
