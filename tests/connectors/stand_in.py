"""The sandbox's stand-in of one platform, served over HTTP on a free port, over a small brand world at a fixed time."""

from __future__ import annotations

import importlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import uvicorn

from multiball.shapes import Source
from sandbox.clock import Clock
from sandbox.faults import Faults, Faulty
from sandbox.world import World, build_world

HISTORY, NOW = date(2026, 8, 1), datetime(2026, 10, 12, 12, tzinfo=UTC)


@cache
def world() -> World:
    """Some months of a small brand."""
    return build_world(7, HISTORY, date(2026, 10, 31), 0.15)


@dataclass(frozen=True)
class StandIn:
    """A served platform, with its switches."""

    base_url: str
    module: Any
    clock: Clock
    faults: Faults

    def source(self, connector: str, account: str, **credentials: str) -> Source:
        """A configured source that reads it."""
        return Source(connector, connector, self.base_url, (account,), credentials, HISTORY, "me@example.com")


@contextmanager
def stand_in(platform: str) -> Iterator[StandIn]:
    """The stand-in of a platform while the context lasts."""
    module, clock, faults = importlib.import_module(f"sandbox.platforms.{platform}"), Clock(NOW), Faults()
    app = Faulty(module.make_app(world(), clock, faults), platform, faults)
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield StandIn(f"http://127.0.0.1:{listener.getsockname()[1]}", module, clock, faults)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
