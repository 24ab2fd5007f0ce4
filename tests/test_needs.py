"""Tests get the markers of what they use, and a quick run deselects exactly the marked ones."""

from __future__ import annotations

import importlib
import re
import subprocess
import sys
from types import ModuleType
from typing import Any

import needs
import pytest

from multiball.settings import REPOSITORY
from multiball.transform.build import build

TESTS = REPOSITORY / "tests"


class Item:
    """The part of a collected test that `needs` reads."""

    def __init__(
        self, path: str = "plan/test_a.py", fixtures: tuple[str, ...] = (), imports: tuple[Any, ...] = (), own: tuple[str, ...] = ()
    ):
        self.path, self.fixturenames, self.markers = TESTS / path, fixtures, set(own)
        self.module = ModuleType("test_a")
        for number, value in enumerate(imports):
            setattr(self.module, f"value_{number}", value)

    def add_marker(self, name: str) -> None:
        self.markers.add(name)

    def get_closest_marker(self, name: str) -> bool:
        return name in self.markers


@pytest.mark.parametrize(
    ("item", "markers"),
    [
        (Item(), set()),
        (Item(fixtures=("tmp_path", "page", "browser")), {"browser"}),
        (Item(fixtures=("small_stack", "postgres_dsn")), {"superset", "engine"}),
        (Item(imports=(build, re.compile)), {"build"}),
        (Item(imports=(subprocess,)), {"process"}),
        (Item("dags/test_a.py"), {"airflow"}),
        (Item(own=("slow",)), {"slow"}),
        (Item(own=("parametrize",)), {"parametrize"}),
    ],
)
def test_a_test_has_the_markers_of_what_it_uses(item: Any, markers: set[str]) -> None:
    needs.mark(item)
    assert item.markers == markers
    assert needs.is_quick(item) is not bool(markers & set(needs.MARKERS))


def test_rules_name_existing_fixtures_helpers_and_folders() -> None:
    sources = "".join(file.read_text(encoding="utf-8") for file in TESTS.rglob("*.py"))
    for name in needs.FIXTURES:
        assert re.search(rf"@pytest\.fixture[^\n]*\ndef {name}\(", sources), f"there is no fixture {name}"
    for name in needs.HELPERS:
        module, _, function = name.rpartition(".")
        if module == "conftest":  # there are several, and Python knows one by that name
            assert f"\ndef {function}(" in sources
            continue
        assert callable(getattr(importlib.import_module(module), function)) if module else importlib.import_module(name)
    assert all((TESTS / folder).is_dir() for folder in needs.FOLDERS)
    assert {*needs.FIXTURES.values(), *needs.HELPERS.values(), *needs.FOLDERS.values()} <= set(needs.MARKERS)


def test_a_quick_run_deselects_what_needs_more_than_python() -> None:
    folders = [str(TESTS / name) for name in ("dags", "science", "plan")]
    command = [sys.executable, "-m", "pytest", "--quick", "--collect-only", "-q", *folders]
    listed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True).stdout
    assert "test_models.py::" in listed and "test_plan_check.py::" in listed
    assert "tests/dags/" not in listed and "postgres" not in listed and "test_both_engines" not in listed
    assert " deselected" in listed
