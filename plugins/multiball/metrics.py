"""The model of a metric: its entry in the yml of a mart, which is its only definition, and how it adds up."""

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
    """One metric of the catalogue. `better` is the direction of improvement; None if there is none, as for spend."""

    name: str
    label: str
    """The English label, for languages whose catalogue has none."""
    additivity: Additivity
    format: Format
    unit: str
    better: Better | None = None
    description: str = ""
    mart: str = ""
    """The mart that defines it; empty for a metric that no mart has any more."""
    column: str | None = None
    """The mart's column; None for a ratio."""
    numerator: str | None = None
    denominator: str | None = None
    multiplier: int = 1
    vanity: bool = False
    known_together: bool = False
    """For a ratio: only rows in which both columns are known count."""
    within: str | None = None
    """A column of the mart whose members do not add up: the metric is shown for one of them at a time."""
    also_in: Mapping[str, str] = field(default_factory=dict)
    """Other marts that have the same amount by further dimensions, and the column there."""
    over_days: OverDays = "sum"
    """How values of several days combine. `none`: a value holds only for its day, or for the span in which a platform counted people."""
    counts_people: bool = False
    """Whether it counts different people, so that it does not add up over members either."""
    facts: tuple[str, ...] = ()
    """The facts that must be covered. A ratio with several facts counts only days on which the mart's `is_<fact>_known` are all true."""
    grains: frozenset[Grain] = frozenset()
    """The grains of its marts; a metric without any cannot have a goal."""
    dimensions: tuple[str, ...] = ()
    """The dimensions that it is counted by, with the names of `metric_daily`."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The mart's column, or numerator and denominator."""
        return tuple(column for column in (self.column, self.numerator, self.denominator) if column)

    @property
    def adds_up(self) -> bool:
        """Whether its values of several days have a total."""
        return self.over_days != "none"

    def named(self, language: str) -> str:
        """The label in a language."""
        return catalogue(language).word("metric", self.name, self.label)

    def unit_in(self, currency: str) -> str:
        """The unit, with the code of the reporting currency for money."""
        return self.unit.replace("reporting currency", currency)


@dataclass(frozen=True)
class Fault:
    """What is wrong with an entry, or with the part of it under `key`, and how to fix it."""

    key: str | None
    what: str
    remedy: str


def read_metric(entry: Mapping[str, Any], mart: str, facts: Mapping[str, Any]) -> Metric:
    """The metric of a valid entry, in a mart with these facts."""
    columns = {entry.get(key) for key in ("column", "numerator", "denominator")}
    return Metric(
        **{key: value for key, value in entry.items() if key in KEYS},
        mart=mart,
        facts=tuple(fact for fact, counted in facts.items() if counted == "all" or columns & set(counted)),
    )


def faults(
    entry: Mapping[str, Any], columns: Collection[str], facts: Mapping[str, Any], others: Mapping[str, Collection[str]]
) -> Iterator[Fault]:
    """The faults of an entry of a mart with these columns and facts; `others` are the columns of all marts."""
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
    yield from _column_faults(entry, inputs, columns, facts)
    yield from _also_in_faults(entry, others)


def _column_faults(
    entry: Mapping[str, Any], inputs: tuple[str, ...], columns: Collection[str], facts: Mapping[str, Any]
) -> Iterator[Fault]:
    for key in (*inputs, "within"):
        column = entry.get(key)
        if not column:
            continue
        if column not in columns:
            yield Fault(key, f"{key} names {column}, which is not a column of the mart", suggestion(column, columns))
        elif key != "within" and facts and not any(counted == "all" or column in counted for counted in facts.values()):
            yield Fault(key, f"{column} is under no fact", f"Add it to one of config.meta.facts: {', '.join(facts)}.")


def _also_in_faults(entry: Mapping[str, Any], others: Mapping[str, Collection[str]]) -> Iterator[Fault]:
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
