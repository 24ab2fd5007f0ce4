from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import needs
import pytest
import turns
from hypothesis import settings

from multiball.settings import Workspace
from multiball.warehouse import Warehouse, open_warehouse
from multiball.warehouse.embedded_postgres import ensure_database, running_postgres

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# how long an example takes says how busy the machine is
settings.register_profile("multiball", deadline=None)
settings.load_profile("multiball")

_QUICK_RATHER_THAN_SAFE = ["fsync=off", "full_page_writes=off", "synchronous_commit=off"]
_OF_THE_BROWSER = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_OF_THE_BROWSER += ["--disable-component-update", "--disable-sync"]


def pytest_configure(config: pytest.Config) -> None:
    """The markers are declared where they are given."""
    for name, meaning in needs.MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")
    config.addinivalue_line("markers", "in_turn(place, of): a variant that is tested on every so many-th turn, see turns.py")


def pytest_report_header(config: pytest.Config) -> str:
    """What a run can be repeated with."""
    return turns.header(config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Who tests what: `--dist loadfile`, with what a folder shares on one worker."""
    from workers import SharedScheduling

    return SharedScheduling(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of `make test-fast` and `make test-all`."""
    turns.add_option(parser)
    parser.addoption("--quick", action="store_true", help="only tests that need nothing but Python")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests get the markers of what they use, and files that take minutes go first: begun last, one of them would keep one worker idle."""
    for item in items:
        needs.mark(item)
    chosen = [item for item in items if turns.is_due(item) and (needs.is_quick(item) or not config.getoption("quick"))]
    config.hook.pytest_deselected(items=list(set(items) - set(chosen)))
    items[:] = chosen
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture
def server_folder() -> Iterator[Path]:
    """A folder for a server's data. Not below pytest's own, which each session bars to all but its owner: as root the server is another."""
    with tempfile.TemporaryDirectory(prefix="multiball-test-") as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgres_dsn() -> Iterator[str]:
    """The URI of an embedded Postgres that lasts for the session. Its database `postgres` stays empty: make your own."""
    with (
        tempfile.TemporaryDirectory(prefix="multiball-test-") as folder,
        running_postgres(Path(folder) / "data", settings=_QUICK_RATHER_THAN_SAFE) as dsn,
    ):
        yield dsn


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless browser for tests that look at pages. It ends with the module: while it is open, the thread has a running event loop."""
    from playwright.sync_api import sync_playwright

    from tools.browser import chromium

    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium(), args=_OF_THE_BROWSER)


@pytest.fixture
def empty_database(request: pytest.FixtureRequest) -> str:
    """The URI of a database of the test's own."""
    dsn = urlsplit(request.getfixturevalue("postgres_dsn"))
    name = f"test_{uuid.uuid4().hex[:12]}"
    ensure_database(urlunsplit(dsn), name)
    return urlunsplit(dsn._replace(path=f"/{name}"))


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.engine)])
def workspace(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """An empty workspace on each engine, without sources."""
    for name in [name for name in os.environ if name.startswith("MULTIBALL_")]:
        monkeypatch.delenv(name)
    dsn = f"  dsn: {request.getfixturevalue('empty_database')}\n" if request.param == "postgres" else ""
    (tmp_path / "sources.yml").write_text(f"warehouse:\n  engine: {request.param}\n{dsn}")
    return Workspace(tmp_path)


@pytest.fixture
def warehouse(workspace: Workspace) -> Warehouse:
    """An empty warehouse on each engine."""
    return open_warehouse(workspace)
