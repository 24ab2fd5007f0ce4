"""The stand-in of one platform, served over HTTP on a free port, over a small brand world at a fixed time."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from multiball.shapes import Source
from sandbox.faults import Faults
from sandbox.kit import Platform
from sandbox.serve import serve
from sandbox.world import World, build_world

HISTORY, NOW = date(2026, 8, 1), datetime(2026, 10, 12, 12, tzinfo=UTC)


@cache
def world() -> World:
    """Some months of a small brand."""
    return build_world(7, HISTORY, date(2026, 10, 31), 0.15)


@dataclass(frozen=True)
class StandIn:
    """A served platform, its module (or its declaration) with the token that it takes, and its faults."""

    base_url: str
    module: Any
    faults: Faults

    def source(self, connector: str, account: str, history_from: date = HISTORY, **credentials: str) -> Source:
        """A configured source that reads it."""
        return Source(connector, connector, self.base_url, (account,), credentials, history_from, "me@example.com")


@contextmanager
def stand_in(platform: str | Platform, of: World | None = None, now: datetime = NOW) -> Iterator[StandIn]:
    """A platform of the sandbox by its name, or a declared one, while the context lasts; `of`: another world than the small brand's."""
    module = importlib.import_module(f"sandbox.platforms.{platform}") if isinstance(platform, str) else platform
    name = platform if isinstance(platform, str) else platform.name
    with serve(of or world(), now, [platform]) as sandbox:
        yield StandIn(sandbox[name], module, sandbox.faults)
