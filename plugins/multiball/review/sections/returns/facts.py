"""The return of advertising."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from multiball.review.facts import Facts, SectionFacts


class Return(Facts):
    """The revenue per unit of spend of a campaign or channel, with a 90 % interval from the orders and their values."""

    kind: Literal["channel", "campaign"]
    name: str
    spend: Decimal
    spend_before: Decimal
    orders: Decimal
    revenue: Decimal
    revenue_per_spend: Decimal | None
    low: Decimal | None
    high: Decimal | None
    key: str | None = None
    """The campaign's `campaign_key`; None for a channel."""
    effective_orders: Decimal | None = None
    """The number of orders of equal value that would make the revenue as uncertain as these orders do."""
    is_spend_known: bool = True
    """Whether the warehouse ever had spend of it. If so, no spend in the month means 0."""
    are_orders_known: bool = True
    """Whether orders are known on any of its days. If so, no orders means 0."""


class Returns(SectionFacts):
    """Campaigns and channels by spend; none unless spend and orders are known on every day of the month."""

    returns: tuple[Return, ...] = ()
