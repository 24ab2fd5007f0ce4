"""The marts as dbt's yml describes them: their columns, and the metrics that are defined there and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from multiball.dbt_files import PROJECT, description, doc_blocks, read_yaml

Additivity = Literal["sum", "last", "ratio", "distinct"]


@dataclass(frozen=True)
class Metric:
    """One metric of the catalogue. `columns` are the mart's column, or numerator and denominator of a ratio."""

    name: str
    mart: str
    label_en: str
    label_zh: str
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
    facts: tuple[str, ...] = ()
    """What must be covered for the metric to be known. A ratio of several counts only days on which the mart's `is_<fact>_known` hold."""


@dataclass(frozen=True)
class Mart:
    """One mart: descriptions and types by column, and the metrics that it holds."""

    name: str
    file: Path
    description: str
    columns: Mapping[str, str]
    types: Mapping[str, str]
    metrics: Mapping[str, Metric]


@cache
def marts(project: Path = PROJECT) -> Mapping[str, Mart]:
    """The marts by name."""
    docs = doc_blocks(project)
    return {mart.name: mart for file in sorted(project.glob("models/marts/**/*.yml")) for mart in _marts(file, docs)}


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
        label_en=entry["label_en"],
        label_zh=entry["label_zh"],
        description=entry["description"],
        additivity=entry["additivity"],
        columns=columns,
        multiplier=int(entry.get("multiplier", 1)),
        format=entry["format"],
        unit=entry["unit"],
        vanity=bool(entry.get("vanity", False)),
        known_together=bool(entry.get("known_together", False)),
        within=entry.get("within"),
        facts=tuple(fact for fact, counted in facts.items() if counted == "all" or set(columns) & set(counted)),
    )
