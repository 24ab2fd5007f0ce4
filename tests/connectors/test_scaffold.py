"""A connector can be added by following `docs/how-to/add-a-connector.md`: done here in a copy of the repository."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from multiball.connectors.scaffold import scaffold
from multiball.quality.suites import load_suites
from multiball.shapes import InputError


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


def test_the_suite_is_read(repository: Path, name: str, written: list[Path]) -> None:
    suites = {suite.name: suite for suite in load_suites("raw", repository / "expectations")}
    assert suites[f"raw_{name}.ad_days"].checks


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


def test_an_account_that_publishes_has_files_of_its_own_kind(repository: Path) -> None:
    files = scaffold("plain_posts", repository, "organic")
    assert "dbt_project/models/staging/plain_posts/stg_plain_posts__account_day.sql" in {
        str(file.relative_to(repository)) for file in files
    }
    result = run(repository, "-m", "pytest", "-q", "tests/connectors/test_plain_posts.py")
    assert result.returncode == 0, result.stdout
    modules = [str(path) for path in files if path.suffix == ".py"]
    assert run(repository, "-m", "ruff", "check", *modules).returncode == 0
    assert run(repository, "-m", "ruff", "format", "--check", *modules).returncode == 0
