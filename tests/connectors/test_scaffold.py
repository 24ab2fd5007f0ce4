"""A connector can be added by following `docs/how-to/add-a-connector.md`: done here in a copy of the repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from multiball.connectors.scaffold import scaffold
from multiball.quality.suites import load_suites
from multiball.settings import REPOSITORY
from multiball.shapes import InputError

COPIED = ("plugins", "tests/connectors", "dbt_project", "expectations", "pyproject.toml", "docs/how-to/add-a-connector.md")


WHOLE_WAY = """
import importlib, json, sys
import duckdb
from datetime import UTC, datetime
from pathlib import Path
from connectors.local_server import serve
from multiball.connectors import connector
from multiball.landing import land
from multiball.settings import Workspace
from multiball.shapes import Source, Window
from multiball.transform.build import build
from multiball.warehouse import open_warehouse

name, home = sys.argv[1], Path(sys.argv[2])
test = importlib.import_module(f"connectors.test_{name}")
(home / "sources.yml").write_text("warehouse: {engine: duckdb}")
workspace = Workspace(home)
warehouse, it, window = open_warehouse(workspace), connector(name), Window(test.START, test.START.replace(day=10))
with serve(test.api) as base:
    source = Source(name, name, base, ("1",), {"access_token": "token-of-the-test"}, test.START, "me@example.com")
    land(warehouse, source=name, connector=name, account="1", entities=it.entities, window=window,
         pages=it.extract(source, "1", window), run_id="r", identity_key="k")
target = warehouse.candidate("new")
build(workspace, warehouse, target, datetime.now(UTC), select=[f"stg_{name}__account_days"])
model = f"staging.stg_{name}__account_days"
with duckdb.connect(target.location, read_only=True) as built:
    print(json.dumps([float(value) for value in built.sql(f"select count(*), sum(impressions), sum(spend) from {model}").fetchall()[0]]))
"""


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with a new connector named as the how-to names it."""
    root = tmp_path_factory.mktemp("repository")
    for name in COPIED:
        origin, copy = REPOSITORY / name, root / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        ignored = shutil.ignore_patterns("__pycache__", "target", "logs")
        shutil.copytree(origin, copy, ignore=ignored) if origin.is_dir() else shutil.copy(origin, copy)
    return root


@pytest.fixture(scope="module")
def name(repository: Path) -> str:
    """The connector that the how-to adds."""
    command = re.search(r"multiball new connector (\w+)", (repository / "docs/how-to/add-a-connector.md").read_text())
    assert command is not None
    return command.group(1)


@pytest.fixture(scope="module")
def written(repository: Path, name: str) -> list[Path]:
    return scaffold(name, repository)


def run(repository: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": f"{repository / 'plugins'}:{repository}:{repository / 'tests'}"}
    return subprocess.run([sys.executable, *command], cwd=repository, env=environment, capture_output=True, text=True, timeout=600)


def test_names_every_file_that_the_how_to_lists(repository: Path, name: str, written: list[Path]) -> None:
    listed = re.findall(r"^   \| `([^`]+)`", (repository / "docs/how-to/add-a-connector.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(str(path.relative_to(repository)) for path in written)


def test_the_new_connector_keeps_the_contract_as_it_is_written(repository: Path, name: str, written: list[Path]) -> None:
    result = run(repository, "-m", "pytest", "-q", f"tests/connectors/test_{name}.py")
    assert result.returncode == 0, result.stdout
    assert int(re.search(r"(\d+) passed", result.stdout).group(1)) > 10


def test_the_new_connector_is_found_without_any_list(repository: Path, name: str, written: list[Path]) -> None:
    result = run(repository, "-c", f"from multiball.connectors import connector; print(connector({name!r}).title)")
    assert result.stdout.strip() == name.replace("_", " ").title()


def test_what_is_written_passes_the_linter(repository: Path, written: list[Path]) -> None:
    modules = [str(path) for path in written if path.suffix == ".py"]
    assert run(repository, "-m", "ruff", "check", *modules).returncode == 0
    assert run(repository, "-m", "ruff", "format", "--check", *modules).returncode == 0


def test_the_staging_model_selects_declared_fields_and_describes_all_it_gives(repository: Path, name: str, written: list[Path]) -> None:
    folder = repository / "dbt_project/models/staging" / name
    described = yaml.safe_load((folder / f"stg_{name}__account_days.yml").read_text())["models"][0]["columns"]
    selected = (folder / f"stg_{name}__account_days.sql").read_text()
    fields = run(
        repository, "-c", f"from multiball.connectors import connector as c; print(*[f.name for f in c({name!r}).entities[0].fields])"
    )
    assert set(fields.stdout.split()) <= {column["name"] for column in described}
    assert all(re.search(rf"\b{column['name']}\b", selected) for column in described)


@pytest.mark.slow
def test_what_it_brings_arrives_in_its_staging_model(repository: Path, name: str, written: list[Path], tmp_path: Path) -> None:
    result = run(repository, "-c", WHOLE_WAY, name, str(tmp_path))
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout.splitlines()[-1]) == [10, 55, 15]


def test_the_suite_is_read(repository: Path, name: str, written: list[Path]) -> None:
    suites = {suite.name: suite for suite in load_suites("raw", repository / "expectations")}
    assert suites[f"raw_{name}.account_days"].checks


def test_writes_over_nothing(repository: Path, name: str, written: list[Path]) -> None:
    before = written[0].read_text()
    with pytest.raises(InputError, match="exists"):
        scaffold(name, repository)
    assert written[0].read_text() == before


@pytest.mark.parametrize("name", ["", "Tik Tok", "1st", "a-b", "../x", "_x"])
def test_a_name_that_is_no_identifier_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="not a valid name"):
        scaffold(name, tmp_path)
    assert not list(tmp_path.iterdir())
