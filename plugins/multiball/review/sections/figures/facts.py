"""The headline figures of a review."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Self

from multiball.review.facts import Days, Facts, Metric, SectionFacts, in_order_of


class LikeForLike(Facts):
    """A metric on the comparable days of the month and the month before."""

    value: Decimal | None
    before: Decimal | None
    days: tuple[Days, ...]
    days_before: tuple[Days, ...]


class Figure(Facts):
    """A metric of the month, compared with the month before and with the plan, if a goal covers the month.

    `value` is the total of the known days. `before` and `plan` need a month that is known on every day.
    """

    metric: Metric
    value: Decimal | None
    before: Decimal | None
    plan: Decimal | None
    goal: str | None
    """The goal behind the plan."""
    net: Decimal | None = None
    """For gross revenue, the revenue net of refunds; None where no source reports refunds."""
    is_whole: bool = True
    """Whether all its sources are known on every day of the month."""
    days: tuple[Days, ...] = ()
    """The known days, where these are not all."""
    like_for_like: LikeForLike | None = None
    """The comparison on some days, where the whole months cannot be compared."""


class Figures(SectionFacts):
    """The figures, the most important first."""

    figures: tuple[Figure, ...] = ()

    def focused(self, goals: Sequence[str], metrics: Sequence[str]) -> Self:
        """With the metrics of the goals first."""
        return self.model_copy(update={"figures": in_order_of(metrics, self.figures, lambda figure: figure.metric.name)})
