"""Landing: an extraction's records become immutable raw vintages."""

from __future__ import annotations

from multiball.landing.history import Loaded, landed_connectors, landed_from, loads
from multiball.landing.holds import Hold, confirm, held_days, holds
from multiball.landing.land import land

__all__ = ["Hold", "Loaded", "confirm", "held_days", "holds", "land", "landed_connectors", "landed_from", "loads"]
