"""An embedded warehouse for marts written by hand. A real build on both engines is tested in tests/dbt_project."""

from __future__ import annotations

from pathlib import Path

import pytest

from multiball.settings import Workspace
from multiball.warehouse import Warehouse, open_warehouse


@pytest.fixture
def embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Warehouse:
    """An empty embedded warehouse."""
    monkeypatch.delenv("MULTIBALL_MEMORY_LIMIT", raising=False)
    (tmp_path / "sources.yml").write_text("warehouse:\n  engine: duckdb\n")
    return open_warehouse(Workspace(tmp_path))
