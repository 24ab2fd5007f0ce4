"""The marts as dbt's yml describes them: their columns, and the metrics that are defined there and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Literal

from multiball.dbt_files import PROJECT, description, doc_blocks, read_yaml
from multiball.words.catalogue import catalogue

Additivity = Literal["sum", "last", "ratio", "distinct"]
OverDays = Literal["sum", "last", "none"]


@dataclass(frozen=True)
class Metric:
    """One metric of the catalogue. `columns` are the mart's column, or numerator and denominator of a ratio."""

    name: str
    mart: str
    label: str
    """What people read where a language's catalogue has no other: English."""
    description: str
    additivity: Additivity
    columns: tuple[str, ...]
    multiplier: int
    format: str
    unit: str
    vanity: bool
    known_together: bool
    """Of a ratio: a row counts only where both columns are known."""
    within: str | None
    """A column of the mart whose members do not add up: the metric is shown for one of them at a time."""
    also_in: Mapping[str, str] = field(default_factory=dict)
    """Other marts that have the same amount, by dimensions that its own lacks, and the column there."""
    over_days: OverDays = "sum"
    """How it comes to its number over several days: `none` where it holds for a day, or for the span that a platform counted people in."""
    counts_people: bool = False
    """Whether different people go into it, so that it does not add up over members either."""
    facts: tuple[str, ...] = ()
    """What must be covered for the metric to be known. A ratio of several counts only days on which the mart's `is_<fact>_known` hold."""

    def named(self, language: str) -> str:
        """What people read for the metric in a language."""
        return catalogue(language).word("metric", self.name, self.label)


@dataclass(frozen=True)
class Mart:
    """One mart: descriptions and types by column, the metrics that it defines, and those of other marts that it has too."""

    name: str
    file: Path
    description: str
    columns: Mapping[str, str]
    types: Mapping[str, str]
    metrics: Mapping[str, Metric]
    shared: Mapping[str, Metric] = field(default_factory=dict)

    @property
    def all_metrics(self) -> Mapping[str, Metric]:
        """The metrics that can be worked out from its rows."""
        return {**self.metrics, **self.shared}

    def label(self, column: str, language: str, currency: str) -> str:
        """What people read for a column in a language; some name the reporting currency."""
        return catalogue(language).column(column, self.name, currency=currency)


@cache
def marts(project: Path = PROJECT) -> Mapping[str, Mart]:
    """The marts by name."""
    docs = doc_blocks(project)
    found = {mart.name: mart for file in sorted(project.glob("models/marts/**/*.yml")) for mart in _marts(file, docs)}
    defined = [metric for mart in found.values() for metric in mart.metrics.values()]
    of_a_day: dict[str, Additivity] = {
        metric.columns[0]: metric.additivity for metric in defined if metric.additivity in ("distinct", "last")
    }
    metrics = {metric.name: _adding(metric, of_a_day) for metric in defined}
    return {
        name: replace(mart, metrics={own: metrics[own] for own in mart.metrics}, shared=_shared(name, metrics.values()))
        for name, mart in found.items()
    }


def _adding(metric: Metric, of_a_day: Mapping[str, Additivity]) -> Metric:
    """The metric with how it adds up; `of_a_day` are the columns that count different people or are levels."""
    kinds = {of_a_day[column] for column in metric.columns if column in of_a_day}
    over_days: OverDays = "last" if metric.additivity == "last" else "none" if kinds else "sum"
    return replace(metric, over_days=over_days, counts_people="distinct" in kinds)


def _shared(mart: str, metrics: Iterable[Metric]) -> dict[str, Metric]:
    """The metrics of other marts that this one has too, as its columns have them. A ratio is shown where its inputs are."""
    shown = [metric for metric in metrics if mart in metric.also_in and metric.additivity != "ratio"]
    return {metric.name: replace(metric, mart=mart, columns=(metric.also_in[mart],)) for metric in shown}


def _marts(file: Path, docs: Mapping[str, str]) -> Iterator[Mart]:
    for model in read_yaml(file).get("models", []):
        meta = model.get("config", {}).get("meta", {})
        yield Mart(
            name=model["name"],
            file=file,
            description=model["description"],
            columns={column["name"]: description(column, docs) for column in model["columns"]},
            types={column["name"]: column["data_type"] for column in model["columns"]},
            metrics={entry["name"]: _metric(entry, model["name"], meta.get("facts", {})) for entry in meta.get("metrics", [])},
        )


def _metric(entry: Mapping[str, Any], mart: str, facts: Mapping[str, Any]) -> Metric:
    columns = (entry["numerator"], entry["denominator"]) if entry["additivity"] == "ratio" else (entry["column"],)
    return Metric(
        name=entry["name"],
        mart=mart,
        label=entry["label"],
        description=entry["description"],
        additivity=entry["additivity"],
        columns=columns,
        multiplier=int(entry.get("multiplier", 1)),
        format=entry["format"],
        unit=entry["unit"],
        vanity=bool(entry.get("vanity", False)),
        known_together=bool(entry.get("known_together", False)),
        within=entry.get("within"),
        also_in=entry.get("also_in", {}),
        facts=tuple(fact for fact, counted in facts.items() if counted == "all" or set(columns) & set(counted)),
    )
