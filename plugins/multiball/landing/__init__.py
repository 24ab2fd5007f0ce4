"""Landing: what an extraction gives becomes immutable raw vintages."""

from __future__ import annotations

from multiball.landing.history import Loaded, loads
from multiball.landing.land import land

__all__ = ["Loaded", "land", "loads"]
