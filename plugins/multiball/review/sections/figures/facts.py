"""The figures that a review begins with."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Self

from multiball.review.facts import Days, Facts, Metric, SectionFacts, in_order_of


class Like(Facts):
    """A metric on those days of the month, and of the month before, that can be compared."""

    value: Decimal | None
    before: Decimal | None
    days: tuple[Days, ...]
    days_before: tuple[Days, ...]


class Figure(Facts):
    """A metric of the month beside the month before and, where a goal covers the month, the plan for the month.

    `value` is all that there is of the month. `before` and `plan` are there where the month is known as a whole.
    """

    metric: Metric
    value: Decimal | None
    before: Decimal | None
    plan: Decimal | None
    goal: str | None
    """The goal that the plan comes from."""
    net: Decimal | None = None
    """Of gross revenue, what refunds leave of it; None where no source states refunds."""
    is_whole: bool = True
    """Whether all its sources are known on every day of the month."""
    days: tuple[Days, ...] = ()
    """The days on which they are, where that is not every day."""
    like: Like | None = None
    """What is compared in place of the whole months."""


class Figures(SectionFacts):
    """The figures, the most important first."""

    figures: tuple[Figure, ...] = ()

    def focused(self, goals: Sequence[str], metrics: Sequence[str]) -> Self:
        """With those that the goals are about first."""
        return self.model_copy(update={"figures": in_order_of(metrics, self.figures, lambda figure: figure.metric.name)})
