"""The goals of the plan as they stood at the end of the month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, Self

from multiball.review.facts import Facts, Metric, SectionFacts, Words, in_order_of


class Point(Facts):
    """One week of a goal, by its last day that lies in the data: what was brought up to then, and what was planned."""

    day: date
    actual: Decimal | None
    planned: Decimal | None


class Standing(Facts):
    """A goal as it stood at the end of the month. `status` and `reason` are those of the mart `goal_progress`.

    Where a source of the metric ends before the month does, that it is unknown, unless a sum has passed its target already.
    """

    goal: str
    text: Words
    owner: str
    metric: Metric
    dimension: str
    member: str
    member_name: str | None = None
    """The member as its source calls it; None for the total."""
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
    """The days since its start on which all sources of the metric are known."""


class Goals(SectionFacts):
    """The goals, those due first come first."""

    goals: tuple[Standing, ...] = ()

    def focused(self, goals: Sequence[str], metrics: Sequence[str]) -> Self:
        """With the audience's goals first."""
        return self.model_copy(update={"goals": in_order_of(goals, self.goals, lambda goal: goal.goal)})
