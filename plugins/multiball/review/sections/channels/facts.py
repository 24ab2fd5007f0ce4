"""The results of each channel."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from multiball.review.facts import Facts, SectionFacts


class Channel(Facts):
    """The results of a channel in the month."""

    name: str
    sessions: Decimal | None
    """None where unknown; so is `spend`."""
    spend: Decimal | None
    orders: Decimal | None
    """None where orders are unknown on all days with activity of the channel; so are revenue and new customers."""
    revenue: Decimal | None
    new_customers: Decimal | None
    acquisition_cost: Decimal | None
    lifetime_value: Decimal | None
    """Expected margin in the 12 months after `valued_on` per customer acquired by the channel, whatever the month of the review."""
    lifetime_value_low: Decimal | None
    lifetime_value_high: Decimal | None
    valued_on: date | None = None
    """The last day of the purchases behind the lifetime value; None without one."""


class Channels(SectionFacts):
    """The channels by revenue, the highest first; none where orders are not known on every day of the month."""

    channels: tuple[Channel, ...] = ()
