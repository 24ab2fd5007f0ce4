"""How a change is shown: its arrow, and whether it is good."""

from __future__ import annotations

from decimal import Decimal

from multiball.review.shown import Tone

UP, DOWN, LEVEL = "▲", "▼", "●"


def shape(change: Decimal) -> str:
    """An arrow for the change, or a dot where it shows as 0.0 %."""
    return LEVEL if abs(change) < Decimal("0.0005") else UP if change > 0 else DOWN


def tone(change: Decimal | None, better: str | None) -> Tone:
    """Whether a change is good for a metric whose better direction is `better`; neutral where it has none."""
    if not change or better is None or shape(change) == LEVEL:
        return "neutral"
    return "good" if (change > 0) == (better == "up") else "bad"
