"""Tests that share an expensive fixture run on one worker, others on any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import workers

CONFTEST = """
@pytest.fixture(scope="session")
def builds():
    pass

@pytest.fixture
def ask(builds):
    pass
"""


def forget() -> None:
    workers.scope.cache_clear()
    workers._shared.cache_clear()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(workers, "TESTS", tmp_path / "tests")
    forget()
    folder = tmp_path / "tests" / "engines"
    folder.mkdir(parents=True)
    (folder / "conftest.py").write_text(CONFTEST)
    yield folder
    forget()


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("def test_a(builds: Builds): ...", "tests/engines"),
        ("def test_a(one: int, ask: Ask): ...", "tests/engines"),
        ("def test_a(): ask(builds)", "tests/engines/test_a.py"),
        ("@pytest.fixture\ndef ask() -> Ask: ...\ndef test_a(ask: Ask): ...", "tests/engines/test_a.py"),
    ],
)
def test_a_file_runs_with_its_folder_if_it_uses_a_shared_fixture(folder: Path, text: str, scope: str) -> None:
    (folder / "test_a.py").write_text(text)
    assert workers.scope("tests/engines/test_a.py") == scope


def test_files_of_a_folder_without_session_fixtures_run_separately(folder: Path) -> None:
    (folder / "conftest.py").write_text(CONFTEST.replace('(scope="session")', ""))
    (folder / "test_a.py").write_text("def test_a(builds: Builds): ...")
    assert workers.scope("tests/engines/test_a.py") == "tests/engines/test_a.py"
