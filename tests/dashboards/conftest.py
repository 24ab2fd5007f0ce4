"""One Superset for all tests of a session that look at it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from dashboards.small_stack import SmallStack, write_assets
from dashboards.superset_server import running_superset
from playwright.sync_api import Browser, sync_playwright

from tools.browser import chromium

_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_ARGUMENTS += ["--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def small_stack(postgres_dsn: str) -> Iterator[SmallStack]:
    """Superset, started before anything was published, and then 3 orders."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory(prefix="multiball-test-") as folder:
        for name in [name for name in os.environ if name.startswith("MULTIBALL_")]:
            patch.delenv(name)
        home, assets = Path(folder) / "workspace", Path(folder) / "assets"
        home.mkdir()
        (home / "sources.yml").write_text("sources: {}\n")
        write_assets(assets)
        with running_superset(home, assets, postgres_dsn, MULTIBALL_QUERY_SECONDS="4") as server:
            found = SmallStack(server.workspace, server, httpx.Response(0))
            found.unpublished = found.orders("leadership")
            found.publish(3)
            yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=chromium(), args=_ARGUMENTS)
