"""Serves the platforms of one world on loopback, each at an address of its own, so that official clients can be pointed at them.

`python -m sandbox.serve --port 0 --ports-file F --seed 7 --start 2025-10-01` serves until SIGTERM or SIGINT. `F` is written when all
listen: JSON, platform → address. With `--port 18000` the platforms listen on 18000, 18001, … in the order of `PLATFORMS`.
The world reaches a month beyond today: its clock hides what has not happened yet, so the sandbox lives on without being started again.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import json
import os
import re
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from multiball.shapes import InputError
from sandbox import control, truth
from sandbox.clock import Clock
from sandbox.faults import Faults, Faulty
from sandbox.kit import Platform
from sandbox.world import World, build_world

_MODULES = Path(__file__).parent / "platforms"
MAKES = re.compile(r"^(def make_app\(|make_app, REFUSALS = )", re.MULTILINE)
"""What a module of `sandbox.platforms` holds that makes an application, itself or by a declaration (`sandbox.kit`)."""
PLATFORMS = tuple(sorted(file.stem for file in _MODULES.glob("*.py") if MAKES.search(file.read_text(encoding="utf-8"))))
"""The modules of `sandbox.platforms` that make an application; the others are parts of them."""
_AHEAD = timedelta(days=31)


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox: the address of each platform, its clock and its faults."""

    urls: dict[str, str]
    world: World
    clock: Clock
    faults: Faults

    def __getitem__(self, platform: str) -> str:
        """The address of a platform."""
        return self.urls[platform]


class _Front:
    """What listens at a platform's address: the control switches, and the platform behind its faults."""

    def __init__(self, platform: ASGIApp, switches: ASGIApp) -> None:
        self._platform, self._switches = platform, switches

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        chosen = self._switches if scope.get("path", "").startswith("/_control") else self._platform
        await chosen(scope, receive, send)


def _name(platform: str | Platform) -> str:
    return platform if isinstance(platform, str) else platform.name


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise SystemExit(f"sandbox: port {port} is taken ({error.strerror}). Give another --port, or 0 for free ones.") from error


def _servers(world: World, clock: Clock, faults: Faults, platforms: Sequence[str | Platform]) -> list[uvicorn.Server]:
    switches = control.make_app(world, clock, faults)
    servers = []
    for platform in platforms:
        maker = importlib.import_module(f"sandbox.platforms.{platform}") if isinstance(platform, str) else platform
        if isinstance(platform, Platform):
            faults.know(platform.name, platform.refusals)
        front = _Front(Faulty(maker.make_app(world, clock, faults), _name(platform), faults), switches)
        config = uvicorn.Config(front, log_level="critical", lifespan="off", timeout_graceful_shutdown=2)
        servers.append(uvicorn.Server(config))
    return servers


async def _run(servers: Sequence[uvicorn.Server], listeners: Sequence[socket.socket], stop: asyncio.Event, ready: threading.Event) -> None:
    """Serve all until `stop`. Signals are the caller's business: uvicorn's own handlers know of one server only."""
    tasks = [asyncio.create_task(server._serve([listener])) for server, listener in zip(servers, listeners, strict=True)]
    while not all(server.started for server in servers) and not any(task.done() for task in tasks):
        await asyncio.sleep(0.01)
    ready.set()
    await stop.wait()
    for server in servers:
        server.should_exit = True
    await asyncio.gather(*tasks)


@contextmanager
def serve(
    world: World, now: datetime | None = None, platforms: Sequence[str | Platform] = PLATFORMS, port: int = 0, faults: Faults | None = None
) -> Iterator[Sandbox]:
    """The world's platforms on loopback while the context lasts, at free ports or from `port` on: all in this process, by one thread.

    `platforms`: names of modules, or declarations. `now`: the fixed time of the clock; None: it follows real time.
    Raises SystemExit when a port is taken.
    """
    clock, switched = Clock(now), faults or Faults()
    listeners = [_listen(port + number if port else 0) for number in range(len(platforms))]
    loop, ready = asyncio.new_event_loop(), threading.Event()
    stop = asyncio.Event()
    servers = _servers(world, clock, switched, platforms)
    thread = threading.Thread(target=lambda: loop.run_until_complete(_run(servers, listeners, stop, ready)), name="sandbox", daemon=True)
    thread.start()
    try:
        ready.wait(timeout=30)
        addresses = [f"http://127.0.0.1:{listener.getsockname()[1]}" for listener in listeners]
        urls = dict(zip(map(_name, platforms), addresses, strict=True))
        yield Sandbox(urls, world, clock, switched)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(timeout=20)
        for listener in listeners:
            listener.close()
        if not thread.is_alive():
            loop.close()


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    today = datetime.now(UTC).date()
    month = today.year * 12 + today.month - 1 - 13
    parser = argparse.ArgumentParser(prog="sandbox.serve", description="Serve stand-in platforms over a seeded brand world, on loopback.")
    parser.add_argument("--port", type=int, default=0, help="the first platform's port; 0: any free ones")
    parser.add_argument("--ports-file", type=Path, help="written once all listen: JSON, platform to address")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--start", type=date.fromisoformat, default=date(month // 12, month % 12 + 1, 1), help="default: 13 months ago")
    parser.add_argument("--end", type=date.fromisoformat, default=today + _AHEAD, help="last day of the world; default: a month ahead")
    parser.add_argument("--scale", type=float, default=1.0, help="1: about 100 visits a day")
    parser.add_argument("--now", type=datetime.fromisoformat, help="stand still at this moment (UTC); default: real time")
    parser.add_argument("--platforms", nargs="+", choices=PLATFORMS, default=list(PLATFORMS))
    parser.add_argument("--truth", type=Path, help="write the truth at the clock's time to this folder before serving")
    return parser.parse_args(given)


def main(given: Sequence[str] | None = None) -> int:
    """Serve until stopped. Exit code 0 then, 2 for invalid arguments and for an invalid declaration of a platform."""
    arguments = _arguments(given)
    done = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: done.set())
    try:
        for name in arguments.platforms:
            importlib.import_module(f"sandbox.platforms.{name}")
        world = build_world(arguments.seed, arguments.start, arguments.end, arguments.scale)
    except (ValueError, InputError) as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return 2
    if arguments.truth:
        truth.export(world, Clock(arguments.now).now(), arguments.truth)
    with serve(world, arguments.now, arguments.platforms, arguments.port) as sandbox:
        if arguments.ports_file:
            partial = arguments.ports_file.with_suffix(".partial")
            partial.write_text(json.dumps(sandbox.urls, indent=2))
            os.replace(partial, arguments.ports_file)
        sys.stdout.write("".join(f"{name}\t{url}\n" for name, url in sandbox.urls.items()))
        sys.stdout.flush()
        done.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
