"""The metrics that can be planned: those of the marts' yml, with what a goal needs to know of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from multiball.dbt_files import PROJECT, read_yaml
from multiball.marts import Mart, OverDays, marts
from multiball.marts import Metric as Definition

Grain = Literal["day", "period"]
"""`day`: a row per day. `period`: a row per ISO week and calendar month."""


@dataclass(frozen=True)
class Metric:
    """One metric. `dimensions` are those whose members it is counted for, by the names of `metric_daily`.

    Without `grains` nothing of it can be due.
    """

    name: str
    additivity: str
    over_days: OverDays
    counts_people: bool
    format: str
    unit: str
    multiplier: int
    vanity: bool
    grains: frozenset[Grain]
    dimensions: tuple[str, ...]

    def unit_in(self, currency: str) -> str:
        """What one is, with money in the reporting currency."""
        return self.unit.replace("reporting currency", currency)


@cache
def catalogue(project: Path = PROJECT) -> Mapping[str, Metric]:
    """The metrics by name."""
    configured: Mapping[str, str] = read_yaml(project / "dbt_project.yml")["vars"]["metric_dimensions"]
    known = marts(project)
    found = [_metric(metric, known, configured) for mart in known.values() for metric in mart.metrics.values()]
    return {metric.name: metric for metric in sorted(found, key=lambda metric: metric.name)}


def _metric(metric: Definition, known: Mapping[str, Mart], configured: Mapping[str, str]) -> Metric:
    homes = (metric.mart, *metric.also_in)
    columns = {column for name in homes for column in known[name].columns}
    dimensions = [name for name, column in configured.items() if column in columns]
    return Metric(
        name=metric.name,
        additivity=metric.additivity,
        over_days=metric.over_days,
        counts_people=metric.counts_people,
        format=metric.format,
        unit=metric.unit,
        multiplier=metric.multiplier,
        vanity=metric.vanity,
        grains=frozenset() if metric.within else frozenset(grain for name in homes if (grain := _grain(known[name]))),
        dimensions=tuple(name for name in dimensions if name == "account") if metric.counts_people else ("total", *dimensions),
    )


def _grain(mart: Mart) -> Grain | None:
    if "date_day" in mart.columns:
        return "day"
    return "period" if {"period", "date_start", "date_stop"} <= set(mart.columns) else None
