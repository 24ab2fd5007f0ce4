"""One workspace for what analysts do: some weeks of the sandbox's brand, through the real connectors, built and published."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from bench.prepare.brand import load, publish


@pytest.fixture(scope="session")
def brand(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of the workspace. Its last week is not over, and its first one began before the data."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("MULTIBALL_")]:
            patch.delenv(name)
        home = tmp_path_factory.mktemp("brand") / "home"
        publish(*load(home, date(2025, 11, 13), scale=0.3))
        yield home
