from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import duckdb
import pytest
from meta_ads_api import ROWS, Api
from tiny_world import at, tiny_world

from sandbox.serve import Sandbox, serve
from sandbox.world import SCHEMAS, World, build_world

START, END = date(2025, 11, 1), date(2026, 1, 10)
SCALE = 0.4
NOW = datetime(2026, 1, 6, 9)


@pytest.fixture(scope="session")
def world() -> World:
    return build_world(11, START, END, SCALE)


@pytest.fixture(scope="session")
def tables(world: World) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name in SCHEMAS:
            connection.register(name, getattr(world, name))
        yield connection


@pytest.fixture(scope="session")
def _running(world: World) -> Iterator[Sandbox]:
    with serve(world, NOW) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(_running: Sandbox) -> Iterator[Sandbox]:
    _running.faults.clear()
    _running.clock.set(NOW)
    yield _running
    _running.faults.clear()
    _running.clock.set(NOW)


@pytest.fixture(scope="module")
def meta_ads_server() -> Iterator[Api]:
    with serve(tiny_world(**ROWS), at(2026, 10, 20), ("meta_ads",)) as running:
        yield Api(running["meta_ads"], running.clock, running.faults)


@pytest.fixture
def api(meta_ads_server: Api) -> Iterator[Api]:
    server = meta_ads_server
    before = server.clock.now()
    yield server
    server.clock.set(before)
    server.faults.clear()
