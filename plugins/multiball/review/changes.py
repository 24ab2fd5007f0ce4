"""How a change looks: its shape, and whether it is good."""

from __future__ import annotations

from decimal import Decimal

from multiball.review.report import Tone

UP, DOWN, LEVEL = "▲", "▼", "●"


def shape(change: Decimal) -> str:
    """The shape of a change, as it shows in percent."""
    return LEVEL if abs(change) < Decimal("0.0005") else UP if change > 0 else DOWN


def tone(change: Decimal | None, better: str | None) -> Tone:
    """Whether a change is good, for a metric that should go that way."""
    if not change or better is None or shape(change) == LEVEL:
        return "neutral"
    return "good" if (change > 0) == (better == "up") else "bad"
