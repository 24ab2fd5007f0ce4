"""The suites: one YAML file for each connector (`expectations/raw/`) or subject of marts (`expectations/marts/`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import yaml

from multiball.settings import REPOSITORY
from multiball.shapes import InputError

Layer = Literal["raw", "marts"]
Level = Literal["block", "warn"]
"""`block` stops publication; `warn` is recorded and shown."""


@dataclass(frozen=True)
class Check:
    """One expectation on one table. `why` says what a failure means and what to do about it."""

    type: str
    level: Level
    why: str
    arguments: Mapping[str, Any]

    def resolved(self, as_of: datetime) -> dict[str, Any]:
        """The arguments, with `{days_before_as_of: n}` replaced by that moment."""
        return {name: _resolve(value, as_of) for name, value in self.arguments.items()}


@dataclass(frozen=True)
class Suite:
    """The checks of one table; `schema` is `raw_<connector>` or `marts`."""

    layer: Layer
    schema: str
    table: str
    owner: str
    checks: tuple[Check, ...]

    @property
    def name(self) -> str:
        """The suite's name in results and Data Docs."""
        return f"{self.schema}.{self.table}"


def load_suites(layer: Layer, folder: Path = REPOSITORY / "expectations") -> list[Suite]:
    """Every suite of a layer, in the order of files and tables. Raises InputError with the file and its fault."""
    files = sorted((folder / layer).glob("*.yml"))
    return [suite for file in files for suite in _read(file, layer)]


def _read(file: Path, layer: Layer) -> list[Suite]:
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or not {"owner", "tables"} <= set(content):
        raise InputError("has no owner or tables", where=str(file), remedy="Give the owner's address and the tables with their checks.")
    schema = f"raw_{file.stem}" if layer == "raw" else "marts"
    return [
        Suite(layer, schema, table, str(content["owner"]), tuple(_check(entry, f"{file}: {table}") for entry in entries))
        for table, entries in content["tables"].items()
    ]


def _check(entry: Mapping[str, Any], where: str) -> Check:
    missing = [key for key in ("expect", "level", "why") if key not in entry]
    if missing or entry["level"] not in ("block", "warn"):
        raise InputError(
            f"a check {'lacks ' + missing[0] if missing else 'has the level ' + repr(entry['level'])}",
            where=where,
            remedy="Give expect (an expectation's name), level (block or warn), why, and the expectation's arguments.",
        )
    arguments = {key: value for key, value in entry.items() if key not in ("expect", "level", "why")}
    return Check(str(entry["expect"]), entry["level"], str(entry["why"]), arguments)


def _resolve(value: Any, as_of: datetime) -> Any:
    if isinstance(value, dict) and set(value) == {"days_before_as_of"}:
        return (as_of - timedelta(days=value["days_before_as_of"])).replace(tzinfo=None)
    return value
