"""The sandbox's stand-in of one platform, served over HTTP on a free port, over a small brand world at a fixed time."""

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
from sandbox.serve import serve
from sandbox.world import World, build_world

HISTORY, NOW = date(2026, 8, 1), datetime(2026, 10, 12, 12, tzinfo=UTC)


@cache
def world() -> World:
    """Some months of a small brand."""
    return build_world(7, HISTORY, date(2026, 10, 31), 0.15)


@dataclass(frozen=True)
class StandIn:
    """A served platform, its module with the token that it takes, and its faults."""

    base_url: str
    module: Any
    faults: Faults

    def source(self, connector: str, account: str, **credentials: str) -> Source:
        """A configured source that reads it."""
        return Source(connector, connector, self.base_url, (account,), credentials, HISTORY, "me@example.com")


@contextmanager
def stand_in(platform: str) -> Iterator[StandIn]:
    """The stand-in of a platform while the context lasts."""
    with serve(world(), NOW, [platform]) as sandbox:
        yield StandIn(sandbox[platform], importlib.import_module(f"sandbox.platforms.{platform}"), sandbox.faults)
