"""The metrics that can be planned, read from where dbt reads them: the marts' yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from multiball.settings import REPOSITORY

PROJECT = REPOSITORY / "dbt_project"
Grain = Literal["day", "period", "none"]
"""`day`: a row per day. `period`: a row per ISO week and calendar month. `none`: neither, so that nothing can be due."""


@dataclass(frozen=True)
class Metric:
    """One metric. `dimensions` are those whose members it is counted for, by the names of `metric_daily`."""

    name: str
    additivity: str
    format: str
    unit: str
    multiplier: int
    vanity: bool
    grain: Grain
    dimensions: tuple[str, ...]

    def unit_in(self, currency: str) -> str:
        """What one is, with money in the reporting currency."""
        return self.unit.replace("reporting currency", currency)


@cache
def catalogue(project: Path = PROJECT) -> Mapping[str, Metric]:
    """The metrics by name."""
    configured: Mapping[str, str] = _yaml(project / "dbt_project.yml")["vars"]["metric_dimensions"]
    models = [model for file in sorted(project.glob("models/marts/**/*.yml")) for model in _yaml(file).get("models", [])]
    found = [
        _metric(metric, {column["name"] for column in model["columns"]}, configured)
        for model in models
        for metric in model.get("config", {}).get("meta", {}).get("metrics", [])
    ]
    return {metric.name: metric for metric in sorted(found, key=lambda metric: metric.name)}


def _metric(entry: Mapping[str, Any], columns: set[str], configured: Mapping[str, str]) -> Metric:
    dimensions = [name for name, column in configured.items() if column in columns]
    counts_people = entry["additivity"] == "distinct"
    grain: Grain = "day" if "date_day" in columns else "period" if {"period", "date_start", "date_stop"} <= columns else "none"
    return Metric(
        name=entry["name"],
        additivity=entry["additivity"],
        format=entry["format"],
        unit=entry["unit"],
        multiplier=int(entry.get("multiplier", 1)),
        vanity=bool(entry.get("vanity", False)),
        grain=grain,
        dimensions=tuple(name for name in dimensions if name == "account") if counts_people else ("total", *dimensions),
    )


def _yaml(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded
