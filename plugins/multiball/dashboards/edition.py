"""The dashboards in one language: what they are made from, and how their parts are named."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from multiball.dashboards.source import Assets, Language, in_language
from multiball.marts import Mart

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "multiball")


@dataclass(frozen=True)
class Edition:
    """One language, and the reporting currency."""

    assets: Assets
    marts: Mapping[str, Mart]
    language: Language
    currency: str

    def name(self, asset: str) -> str:
        """The asset's name in Superset: English ones have that of their file."""
        return asset if self.language == "en" else f"{asset}_{self.language}"

    def uuid(self, kind: str, asset: str) -> str:
        """The asset's identity, made from its name, so that it stays the same over every import."""
        return asset_uuid(kind, self.name(asset))

    def source(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """What a file says, in the language."""
        told: dict[str, Any] = in_language(document, self.language)
        return told

    def words(self, column: str) -> dict[str, str]:
        """What people read for the words in a column."""
        known = self.assets.labels.data["members"].get(column, {})
        return {str(word): self._told(told) for word, told in known.items()}

    def column_label(self, column: str) -> str:
        """What people read for a column."""
        told = self.assets.labels.data["columns"].get(column)
        return self._told(told) if told else column.replace("_", " ").capitalize()

    def metric_label(self, name: str) -> str | None:
        """What people read for a metric; None where there is no such metric."""
        metric = next((mart.metrics[name] for mart in self.marts.values() if name in mart.metrics), None)
        if metric is None:
            return None
        return metric.label_en if self.language == "en" else metric.label_zh

    def _told(self, text: Mapping[str, Any]) -> str:
        return str(text[self.language]).replace("{currency}", self.currency)

    def types(self, dataset: str) -> dict[str, str]:
        """The types of a dataset's columns."""
        return column_types(dataset, self.assets, self.marts)


def asset_uuid(kind: str, name: str) -> str:
    """The identity of the asset of that name and kind: `database`, `dataset`, `chart` or `dashboard`."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}/{name}"))


def dimensions(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The columns that a dataset has from other marts: pairs of mart and column."""
    for mart, columns in entry.get("dimensions", {}).items():
        yield from ((mart, column) for column in columns)


def column_types(dataset: str, assets: Assets, marts: Mapping[str, Mart]) -> dict[str, str]:
    """The types of a dataset's columns: those of its mart, those of its dimensions, and what is made of its own."""
    entry, own = assets.datasets.data[dataset], marts[dataset].types
    joined = {column: marts[mart].types[column] for mart, column in dimensions(entry)}
    copied = {copy: own[column] for copy, column in entry.get("copies", {}).items()}
    ages = dict.fromkeys(entry.get("days_since", {}), "bigint")
    return {**own, **joined, **copied, **ages, **dict.fromkeys(entry.get("has_passed", {}), "boolean")}
