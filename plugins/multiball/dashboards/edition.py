"""The dashboards in one language: their texts, names and ids."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from multiball.dashboards.source import Assets
from multiball.marts import Mart
from multiball.words import ENGLISH
from multiball.words.catalogue import Catalogue, catalogue

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "multiball")


@dataclass(frozen=True)
class Edition:
    """One language, and the reporting currency."""

    assets: Assets
    marts: Mapping[str, Mart]
    language: str
    currency: str

    @property
    def catalogue(self) -> Catalogue:
        """The texts of the language."""
        return catalogue(self.language)

    def name(self, asset: str) -> str:
        """The asset's name in Superset; the English ones are named like their file."""
        return asset if self.language == ENGLISH else f"{asset}_{self.language}"

    def uuid(self, kind: str, asset: str) -> str:
        """The asset's id, derived from its name, so that it stays the same across imports."""
        return asset_uuid(kind, self.name(asset))

    def text(self, kind: str, key: str) -> str:
        """A text of a `chart` or `dashboard`, by its file's name and the part: `leads.title`."""
        return self.catalogue.say(kind, key)

    def words(self, column: str) -> dict[str, str]:
        """The texts for the values of a column."""
        return self.catalogue.words(words_of(column, self.assets), currency=self.currency)

    def column_label(self, column: str, mart: str) -> str:
        """The label of a mart's column."""
        return self.marts[mart].label(column, self.language, self.currency)

    def types(self, dataset: str) -> dict[str, str]:
        """The types of a dataset's columns."""
        return column_types(dataset, self.assets, self.marts)


def asset_uuid(kind: str, name: str) -> str:
    """The id of the asset of that name and kind: `database`, `dataset`, `chart` or `dashboard`."""
    return str(uuid.uuid5(_NAMESPACE, f"{kind}/{name}"))


def words_of(column: str, assets: Assets) -> str:
    """The column whose texts a column uses: by default its own."""
    return str(assets.presentation.data["words_of"].get(column, column))


def dimensions(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The columns that a dataset has from other marts: pairs of mart and column."""
    for mart, columns in entry.get("dimensions", {}).items():
        yield from ((mart, column) for column in columns)


def column_types(dataset: str, assets: Assets, marts: Mapping[str, Mart]) -> dict[str, str]:
    """The types of a dataset's columns: those of its mart, of its dimensions, and derived ones."""
    entry, own = assets.datasets.data[dataset], marts[dataset].types
    joined = {column: marts[mart].types[column] for mart, column in dimensions(entry)}
    copied = {copy: own[column] for copy, column in entry.get("copies", {}).items()}
    in_language = dict.fromkeys(entry.get("by_language", []), "string")
    ages = dict.fromkeys(entry.get("days_since", {}), "bigint")
    return {**own, **joined, **copied, **in_language, **ages, **dict.fromkeys(entry.get("has_passed", {}), "boolean")}
