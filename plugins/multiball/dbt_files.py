"""Reads the yml of the dbt project, and the descriptions, which are written once and inherited by name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from multiball.settings import REPOSITORY

PROJECT = REPOSITORY / "dbt_project"
_DOC_BLOCK = re.compile(r"{% docs (\w+) %}(.*?){% enddocs %}", re.DOTALL)
_DOC = re.compile(r"{{ doc\('(\w+)'\) }}")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> dict[str, Any]:
    """A YAML file of the dbt project."""
    loaded: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    return loaded


@cache
def doc_blocks(project: Path = PROJECT) -> Mapping[str, str]:
    """The texts of the project's doc blocks (`models/*.md`) by name."""
    files = sorted(project.glob("models/*.md"))
    return {name: text.strip() for file in files for name, text in _DOC_BLOCK.findall(file.read_text(encoding="utf-8"))}


def description(column: Mapping[str, Any], docs: Mapping[str, str]) -> str:
    """The description of a column: its own, or else the doc block of its name; empty if there is neither."""
    own = column.get("description")
    return _DOC.sub(lambda match: docs[match.group(1)], own) if own else docs.get(column["name"], "")
