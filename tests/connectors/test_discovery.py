from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import multiball.connectors
from multiball.connectors import _discovered, connector, connectors, invalid
from multiball.settings import REPOSITORY
from multiball.shapes import InputError


def test_finds_every_folder_and_module_that_declares_a_connector() -> None:
    folder = REPOSITORY / "plugins/multiball/connectors"
    declaring = {path.parent.name for path in folder.glob("*/connector.yml")}
    declaring |= {path.stem for path in folder.glob("*.py") if "CONNECTOR = Connector(" in path.read_text()}
    assert connectors().keys() == declaring and len(declaring) >= 5
    assert list(connectors()) == sorted(connectors()) and invalid() == {}


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


@pytest.fixture
def further(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A second folder of connectors."""
    monkeypatch.setattr(multiball.connectors, "__path__", [*multiball.connectors.__path__, str(tmp_path)])
    _discovered.cache_clear()
    yield tmp_path
    _discovered.cache_clear()


def test_a_module_in_python_is_a_connector_too_by_its_own_name(further: Path) -> None:
    text = (
        "from multiball.shapes import Connector\n"
        "CONNECTOR = Connector('my_shop', 'shop', 'My shop', 'docs/x.md', (), 3, '0 5 * * *', (), lambda *_: iter(()), lambda *_: '')\n"
    )
    (further / "my_shop.py").write_text(text)
    assert connector("my_shop").title == "My shop" and len(connectors()) >= 6
    _discovered.cache_clear()
    (further / "other_shop.py").write_text(text)
    with pytest.raises(InputError, match=r"connectors/other_shop: CONNECTOR has the name 'my_shop'\. Name it 'other_shop'"):
        connector("other_shop")


def test_a_declaration_that_cannot_work_is_named_with_its_line_and_holds_up_no_other(further: Path) -> None:
    (further / "shop").mkdir()
    (further / "shop/connector.yml").write_text("title: Shop\nplatform: My Shop\n")
    with pytest.raises(InputError, match=r"shop/connector\.yml, line 1: the key 'documentation' is missing"):
        connector("shop")
    assert list(invalid()) == ["shop"] and "shop" not in connectors()
    assert connector("meta_ads").name == "meta_ads"
