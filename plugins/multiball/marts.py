"""The marts as dbt's yml describes them: their columns and metrics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from multiball import documents
from multiball.dbt_files import PROJECT, description, doc_blocks, read_yaml
from multiball.metrics import Additivity, Grain, Metric, OverDays, faults, read_metric
from multiball.shapes import InputError
from multiball.words.catalogue import catalogue


@dataclass(frozen=True)
class Mart:
    """One mart: descriptions and types by column, the metrics that it defines, and those that it shares with other marts."""

    name: str
    file: Path
    description: str
    columns: Mapping[str, str]
    types: Mapping[str, str]
    metrics: Mapping[str, Metric]
    shared: Mapping[str, Metric] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By column, the values that its data test accepts, for columns with such a test."""

    @property
    def all_metrics(self) -> Mapping[str, Metric]:
        """The metrics that can be calculated from its rows."""
        return {**self.metrics, **self.shared}

    def label(self, column: str, language: str, currency: str) -> str:
        """The label of a column in a language; some name the reporting currency."""
        return catalogue(language).column(column, self.name, currency=currency)


@cache
def marts(project: Path = PROJECT) -> Mapping[str, Mart]:
    """The marts by name. InputError names file, line and metric if an entry of a metric is invalid."""
    docs = doc_blocks(project)
    described = [(file, model) for file in sorted(project.glob("models/marts/**/*.yml")) for model in read_yaml(file).get("models", [])]
    _check(described)
    found = {model["name"]: _mart(file, model, docs) for file, model in described}
    defined = [metric for mart in found.values() for metric in mart.metrics.values()]
    columns_of_a_day: dict[str, Additivity] = {
        metric.columns[0]: metric.additivity for metric in defined if metric.additivity in ("distinct", "last")
    }
    configured: Mapping[str, str] = read_yaml(project / "dbt_project.yml")["vars"]["metric_dimensions"]
    metrics = {metric.name: _with_dimensions(_with_additivity(metric, columns_of_a_day), found, configured) for metric in defined}
    return {
        name: replace(mart, metrics={own: metrics[own] for own in mart.metrics}, shared=_shared(name, metrics.values()))
        for name, mart in found.items()
    }


def metric_catalogue(project: Path = PROJECT) -> Mapping[str, Metric]:
    """All metrics by name."""
    return dict(sorted(chain.from_iterable(mart.metrics.items() for mart in marts(project).values())))


def _mart(file: Path, model: Mapping[str, Any], docs: Mapping[str, str]) -> Mart:
    meta, name = _meta(model), model["name"]
    tests = {column["name"]: [test for test in column.get("data_tests", []) if "accepted_values" in test] for column in model["columns"]}
    return Mart(
        name=name,
        file=file,
        description=model["description"],
        columns={column["name"]: description(column, docs) for column in model["columns"]},
        types={column["name"]: column["data_type"] for column in model["columns"]},
        metrics={entry["name"]: read_metric(entry, name, meta.get("facts", {})) for entry in meta.get("metrics", [])},
        values={column: tuple(test["accepted_values"]["arguments"]["values"]) for column, found in tests.items() for test in found},
    )


def _meta(model: Mapping[str, Any]) -> Mapping[str, Any]:
    meta: Mapping[str, Any] = model.get("config", {}).get("meta", {})
    return meta


def _with_additivity(metric: Metric, columns_of_a_day: Mapping[str, Additivity]) -> Metric:
    """The metric with how it adds up; `columns_of_a_day` are those that count different people or are levels."""
    kinds = {columns_of_a_day[column] for column in metric.columns if column in columns_of_a_day}
    over_days: OverDays = "last" if metric.additivity == "last" else "none" if kinds else "sum"
    return replace(metric, over_days=over_days, counts_people="distinct" in kinds)


def _with_dimensions(metric: Metric, known: Mapping[str, Mart], configured: Mapping[str, str]) -> Metric:
    """The metric with the grains and dimensions of its marts; `configured` are the columns of the dimensions."""
    homes = [known[name] for name in (metric.mart, *metric.also_in)]
    dimensions = [name for name, column in configured.items() if any(column in mart.columns for mart in homes)]
    return replace(
        metric,
        grains=frozenset() if metric.within else frozenset(grain for mart in homes if (grain := _grain(mart))),
        dimensions=tuple(name for name in dimensions if name == "account") if metric.counts_people else ("total", *dimensions),
    )


def _grain(mart: Mart) -> Grain | None:
    if "date_day" in mart.columns:
        return "day"
    return "period" if {"period", "date_start", "date_stop"} <= set(mart.columns) else None


def _shared(mart: str, metrics: Iterable[Metric]) -> dict[str, Metric]:
    """The metrics that a mart shares with others, with its own columns. A ratio is shown only in the mart of its inputs."""
    shown = [metric for metric in metrics if mart in metric.also_in and metric.additivity != "ratio"]
    return {metric.name: replace(metric, mart=mart, column=metric.also_in[mart]) for metric in shown}


def _check(described: Iterable[tuple[Path, Mapping[str, Any]]]) -> None:
    """Raise the first fault of the metrics' entries, with its line."""
    models = list(described)
    columns = {model["name"]: [column["name"] for column in model["columns"]] for _, model in models}
    taken: dict[str, str] = {}
    for file, model in models:
        meta = _meta(model)
        for number, entry in enumerate(meta.get("metrics", [])):
            for fault in faults(entry, columns[model["name"]], meta.get("facts", {}), columns):
                raise _wrong(file, model["name"], number, entry, fault.key, fault.what, fault.remedy)
            if entry["name"] in taken:
                what = f"the name is taken by a metric of {taken[entry['name']]}"
                raise _wrong(file, model["name"], number, entry, "name", what, "Choose another.")
            taken[entry["name"]] = model["name"]


def _wrong(file: Path, mart: str, number: int, entry: Mapping[str, Any], key: str | None, what: str, remedy: str) -> InputError:
    document = documents.read(file)
    assert document is not None
    model = next(place for place, model in enumerate(document.data["models"]) if model["name"] == mart)
    place: documents.Place = ("models", model, "config", "meta", "metrics", number, *([key] if key else []))
    return document.wrong(f"metric {entry.get('name', 'without name')}: {what}", remedy, place)
