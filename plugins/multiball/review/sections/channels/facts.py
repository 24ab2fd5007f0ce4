"""What each channel did in the month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from multiball.review.facts import Facts, SectionFacts


class Channel(Facts):
    """What a channel did in the month."""

    name: str
    sessions: Decimal | None
    """None where not known, as `spend`."""
    spend: Decimal | None
    orders: Decimal | None
    """None, as revenue and new customers, where orders are known of no day that the channel did anything on."""
    revenue: Decimal | None
    new_customers: Decimal | None
    acquisition_cost: Decimal | None
    lifetime_value: Decimal | None
    """Expected margin of the 12 months after `valued_on` per customer whom the channel won, whichever month the review is of."""
    lifetime_value_low: Decimal | None
    lifetime_value_high: Decimal | None
    valued_on: date | None = None
    """The last day of the purchases that the lifetime value is made of; None where there is none."""


class Channels(SectionFacts):
    """The channels, those with the most revenue first; none where the month's orders are not known as a whole."""

    channels: tuple[Channel, ...] = ()
