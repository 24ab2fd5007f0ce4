"""The movements of metrics from the month before, and their drivers."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, Self

from multiball.review.facts import Days, Facts, Metric, SectionFacts, in_order_of

DriverKind = Literal["channel", "campaign", "platform", "account", "origin", "factor", "rest"]


class Driver(Facts):
    """The effect of one member of a dimension, or of one factor of a ratio, on a metric. Drivers add up to the movement exactly."""

    kind: DriverKind
    name: str
    """The member's name in its source, a factor's metric, or `rest` for all members that are not named."""
    before: Decimal | None
    value: Decimal | None
    effect: Decimal
    metric: Metric | None = None
    """The metric of a factor."""


class Movement(Facts):
    """The movement of a metric from the month before, and its drivers; on `days` of both months only, where these are given."""

    metric: Metric
    before: Decimal
    value: Decimal
    difference: Decimal
    drivers: tuple[Driver, ...]
    days: tuple[Days, ...] = ()
    days_before: tuple[Days, ...] = ()


class Movements(SectionFacts):
    """The main movements of the month."""

    movements: tuple[Movement, ...] = ()

    def focused(self, goals: Sequence[str], metrics: Sequence[str]) -> Self:
        """With the metrics of the goals first."""
        return self.model_copy(update={"movements": in_order_of(metrics, self.movements, lambda movement: movement.metric.name)})
