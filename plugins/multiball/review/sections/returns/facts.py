"""What advertising money brought back."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from multiball.review.facts import Facts, SectionFacts


class Return(Facts):
    """What a unit of advertising money brought back in a campaign or channel, with a 90 % interval from the orders and their values."""

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
    """So many orders of one and the same value would leave the revenue as uncertain as these do."""
    is_spend_known: bool = True
    """Whether the warehouse ever had spend of it: that nothing was spent in the month is then known."""
    are_orders_known: bool = True
    """Whether orders are known of any of its days: that none came is then known."""


class Returns(SectionFacts):
    """Campaigns and channels by their spend; none where spend and orders are not both known on every day of the month."""

    returns: tuple[Return, ...] = ()
