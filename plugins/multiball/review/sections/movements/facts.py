"""How metrics moved from the month before, and what drove them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal, Self

from multiball.review.facts import Days, Facts, Metric, SectionFacts, in_order_of

DriverKind = Literal["channel", "campaign", "platform", "account", "origin", "factor", "rest"]


class Driver(Facts):
    """What one member of a dimension, or one factor of a ratio, did to a metric. A movement's drivers add up to its difference exactly."""

    kind: DriverKind
    name: str
    """The member's name as the source gave it, a factor's metric, or `rest` for what is left beside those named."""
    before: Decimal | None
    value: Decimal | None
    effect: Decimal
    metric: Metric | None = None
    """The metric that a factor is."""


class Movement(Facts):
    """How a metric moved from the month before to the month, and what drove it; on some days of both where `days` names them."""

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
        """With those that the goals are about first."""
        return self.model_copy(update={"movements": in_order_of(metrics, self.movements, lambda movement: movement.metric.name)})
