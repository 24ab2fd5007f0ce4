"""No source and no platform is named outside its own folder, so that a new one is new files only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from multiball.connectors import connectors
from multiball.settings import REPOSITORY

PROJECT = REPOSITORY / "dbt_project"
NAMES = sorted({name for declared in connectors().values() for name in (declared.name, declared.platform) if name})
"""Connectors and their platforms."""
LITERAL = re.compile("['\"](" + "|".join(NAMES) + ")['\"]")
READ = re.compile(r"(?:ref|source)\(\s*['\"](?:stg_)?(" + "|".join([*NAMES, "import"]) + r")(?:__|['\"])")


def shared_sql() -> Iterator[Path]:
    """The SQL that belongs to no source: a file of one lies in its folder, or bears its name."""
    for file in sorted(PROJECT.glob("m*/**/*.sql")):
        own = file.stem.startswith(tuple(f"{name}_" for name in NAMES))
        if not own and "staging" not in file.relative_to(PROJECT).parts:
            yield file


def shared_python() -> Iterator[Path]:
    """The modules of `multiball` that belong to no source."""
    package = REPOSITORY / "plugins" / "multiball"
    for file in sorted(package.glob("**/*.py")):
        if "connectors" not in file.relative_to(package).parts:
            yield file


def named(text: str) -> set[str]:
    """The sources and platforms that a text of SQL names."""
    return {found for pattern in (LITERAL, READ) for found in pattern.findall(text)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("case when platform = 'facebook' then", {"facebook"}),
        ('{{ ref("stg_meta_ads__ads") }}', {"meta_ads"}),
        ('{{ source("hubspot", "deals") }}', {"hubspot"}),
        ('{{ ref("stg_import__order") }}', {"import"}),
        ("then 'facebook_click'", set()),
        ('node.config.get("metadata")', set()),
    ],
)
def test_names_are_found_in_texts(text: str, names: set[str]) -> None:
    assert named(text) == names


def test_shared_sql_names_no_source_and_no_platform() -> None:
    files = list(shared_sql())
    assert len(files) > 80
    # dbt's own word for what a model's yml says of it
    found = {file.relative_to(PROJECT).as_posix(): named(file.read_text().replace('get("meta"', "")) for file in files}
    assert {file: names for file, names in found.items() if names} == {}


def test_shared_python_names_no_source_and_no_platform() -> None:
    files = list(shared_python())
    assert len(files) > 100
    found = {
        str(file.relative_to(REPOSITORY)): set(LITERAL.findall(re.sub(r"[\"']meta[\"'](?=[],:)}])", "", file.read_text())))
        for file in files
    }
    assert {file: names for file, names in found.items() if names} == {}
