from __future__ import annotations

import subprocess
import sys

import pytest

from multiball.connectors import connector, connectors
from multiball.settings import REPOSITORY
from multiball.shapes import InputError


def test_finds_every_folder_and_module_that_declares_a_connector() -> None:
    folder = REPOSITORY / "plugins/multiball/connectors"
    declaring = {path for path in folder.rglob("*.py") if "CONNECTOR = Connector(" in path.read_text()}
    assert len(connectors()) == len(declaring) >= 5
    assert list(connectors()) == sorted(connectors())


def test_an_unknown_name_is_answered_with_similar_ones() -> None:
    with pytest.raises(InputError, match="Did you mean meta_ads"):
        connector("metaads")


def test_discovery_imports_no_http_library_and_no_dataframe() -> None:
    heavy = ("httpx", "requests", "tenacity", "dlt", "pyarrow", "pandas", "duckdb", "airflow")
    code = (
        f"import sys; from multiball.connectors import connectors; assert connectors(); print([m for m in {heavy!r} if m in sys.modules])"
    )
    environment = {"PYTHONPATH": str(REPOSITORY / "plugins")}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert result.stdout.strip() == "[]"
