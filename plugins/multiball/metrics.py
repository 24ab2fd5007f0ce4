"""What a metric is: its entry in the yml of the mart that holds its columns, and how it adds up. It is defined there and nowhere else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from multiball.documents import suggestion
from multiball.words.catalogue import catalogue

Additivity = Literal["sum", "last", "ratio", "distinct"]
Format = Literal["integer", "decimal", "percent", "currency"]
OverDays = Literal["sum", "last", "none"]
Better = Literal["up", "down"]
Grain = Literal["day", "period"]
"""`day`: a row per day. `period`: a row per ISO week and calendar month."""

_GUIDE = "docs/how-to/add-a-metric.md lists the keys."
_TEXTS = ("name", "label", "additivity", "format", "unit", "description")
_INPUTS: Mapping[str, tuple[str, ...]] = {"ratio": ("numerator", "denominator")}
_FLAGS = ("vanity", "known_together")
_CHOICES: Mapping[str, tuple[str, ...]] = {"additivity": get_args(Additivity), "format": get_args(Format), "better": get_args(Better)}
KEYS = (*_TEXTS, "column", "numerator", "denominator", "multiplier", "better", "within", "also_in", *_FLAGS)
"""The keys of an entry."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric of the catalogue. `better` says which way is good; None where neither is, such as spend."""

    name: str
    label: str
    """What people read where a language's catalogue has no other: English."""
    additivity: Additivity
    format: Format
    unit: str
    better: Better | None = None
    description: str = ""
    mart: str = ""
    """The mart that defines it; empty for one that no mart has any more."""
    column: str | None = None
    """The mart's column; None for a ratio."""
    numerator: str | None = None
    denominator: str | None = None
    multiplier: int = 1
    vanity: bool = False
    known_together: bool = False
    """Of a ratio: a row counts only where both columns are known."""
    within: str | None = None
    """A column of the mart whose members do not add up: the metric is shown for one of them at a time."""
    also_in: Mapping[str, str] = field(default_factory=dict)
    """Other marts that have the same amount, by dimensions that its own lacks, and the column there."""
    over_days: OverDays = "sum"
    """How it comes to its number over several days: `none` where it holds for a day, or for the span that a platform counted people in."""
    counts_people: bool = False
    """Whether different people go into it, so that it does not add up over members either."""
    facts: tuple[str, ...] = ()
    """What must be covered for the metric to be known. A ratio of several counts only days on which the mart's `is_<fact>_known` hold."""
    grains: frozenset[Grain] = frozenset()
    """What its marts have rows of; without any, nothing of it can be due."""
    dimensions: tuple[str, ...] = ()
    """Those whose members it is counted for, by the names of `metric_daily`."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The mart's column, or numerator and denominator."""
        return tuple(column for column in (self.column, self.numerator, self.denominator) if column)

    @property
    def adds_up(self) -> bool:
        """Whether it has a number over any days."""
        return self.over_days != "none"

    def named(self, language: str) -> str:
        """What people read for the metric in a language."""
        return catalogue(language).word("metric", self.name, self.label)

    def unit_in(self, currency: str) -> str:
        """What one is, with money in the reporting currency."""
        return self.unit.replace("reporting currency", currency)


@dataclass(frozen=True)
class Fault:
    """What is wrong with an entry, or with the part of it under `key`, and what would be right."""

    key: str | None
    what: str
    remedy: str


def read_metric(entry: Mapping[str, Any], mart: str, facts: Mapping[str, Any]) -> Metric:
    """The metric of an entry without faults, in a mart with these facts."""
    columns = {entry.get(key) for key in ("column", "numerator", "denominator")}
    return Metric(
        **{key: value for key, value in entry.items() if key in KEYS},
        mart=mart,
        facts=tuple(fact for fact, counted in facts.items() if counted == "all" or columns & set(counted)),
    )


def faults(
    entry: Mapping[str, Any], columns: Collection[str], facts: Mapping[str, Any], others: Mapping[str, Collection[str]]
) -> Iterator[Fault]:
    """Everything that is wrong with an entry of a mart that has these columns and facts; `others` are the columns of all marts."""
    for key in entry.keys() - set(KEYS):
        yield Fault(key, f"the key {key!r} is unknown", suggestion(key, KEYS))
    for key, choices in _CHOICES.items():
        if key in entry and entry[key] not in choices:
            yield Fault(key, f"{key} is {entry[key]!r}", suggestion(entry[key], choices))
    for key in _FLAGS:
        if not isinstance(entry.get(key, False), bool):
            yield Fault(key, f"{key} is {entry[key]!r}", "Give true or false.")
    multiplier = entry.get("multiplier", 1)
    if not isinstance(multiplier, int) or isinstance(multiplier, bool) or multiplier < 1:
        yield Fault("multiplier", f"multiplier is {multiplier!r}", "Give a whole number above 0, such as 1000.")
    inputs = _INPUTS.get(str(entry.get("additivity")), ("column",))
    for key in (*_TEXTS, *inputs):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            yield Fault(key if key in entry else None, f"{key} is missing", f"Add it: {_GUIDE}")
    for key in {"column", "numerator", "denominator"} & entry.keys() - set(inputs):
        yield Fault(key, f"{key} is not for additivity {entry.get('additivity')}", f"Give {' and '.join(inputs)} instead.")
    yield from _of_columns(entry, inputs, columns, facts)
    yield from _elsewhere(entry, others)


def _of_columns(entry: Mapping[str, Any], inputs: tuple[str, ...], columns: Collection[str], facts: Mapping[str, Any]) -> Iterator[Fault]:
    for key in (*inputs, "within"):
        column = entry.get(key)
        if not column:
            continue
        if column not in columns:
            yield Fault(key, f"{key} names {column}, which is not a column of the mart", suggestion(column, columns))
        elif key != "within" and facts and not any(counted == "all" or column in counted for counted in facts.values()):
            yield Fault(key, f"{column} is under no fact", f"Add it to one of config.meta.facts: {', '.join(facts)}.")


def _elsewhere(entry: Mapping[str, Any], others: Mapping[str, Collection[str]]) -> Iterator[Fault]:
    also_in = entry.get("also_in", {})
    if not isinstance(also_in, Mapping):
        yield Fault("also_in", f"also_in is {also_in!r}", "Give a mart and its column: {conversion_daily: spend}.")
        return
    if also_in and entry.get("additivity") == "last":
        yield Fault("also_in", "also_in is not for levels", "Remove it.")
    for mart, column in also_in.items():
        if column not in others.get(mart, ()):
            remedy = suggestion(column, others[mart]) if mart in others else suggestion(mart, others)
            yield Fault("also_in", f"also_in names {mart}.{column}, which does not exist", remedy)
