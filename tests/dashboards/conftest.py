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
