"""The types that the folders of Multiball share. Standard library only, so that parsing a DAG stays light.

A *connector* turns a platform's API into pages of records; *landing* turns pages into raw vintages. What they agree on is an
`Entity`: the columns of one raw table, the key of one row, and how complete an extraction of it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Literal

FieldType = Literal["string", "bigint", "decimal(18,6)", "double", "boolean", "date", "timestamp"]
"""Types a raw column may have; `timestamp` is UTC without zone. All three engines know them by these names."""

EntityKind = Literal["daily", "snapshot", "changes"]
"""`daily`: an extraction holds every row of its window, so a row missing from it was deleted at the source.
`snapshot`: an extraction holds the present state of every object. `changes`: an extraction holds what changed in its window."""

Record = Mapping[str, Any]
Page = tuple[str, list[dict[str, Any]]]
"""The name of an entity, and records of it as the platform gave them: keys are `Field.name`s."""

Notify = Callable[[str], None]
"""Receives the progress of long work, one line at a time."""


LONGEST_SHOWN = 700
"""Characters of a part of a message: a path has up to some thousand, a value of a file millions."""


def shortened(text: str) -> str:
    """The text with the middle left out if it is longer than a message can show."""
    if len(text) <= LONGEST_SHOWN:
        return text
    return f"{text[: LONGEST_SHOWN - 200]}… ({len(text) - LONGEST_SHOWN:,} characters left out) …{text[-200:]}"


class InputError(Exception):
    """The user's input is wrong: one line that says what, where, and what would be right. Exit code 2."""

    def __init__(self, what: str, *, where: str, remedy: str) -> None:
        self.what, self.where, self.remedy = shortened(what), shortened(where), shortened(remedy)
        super().__init__(f"{self.where}: {self.what}. {self.remedy}")


class Failure(Exception):
    """A failure that the input did not cause; its one line says what failed and what to do. Exit code 1."""


class SourceError(Failure):
    """A source could not be read or violated its contract. Other sources continue. Exit code 1."""

    def __init__(self, what: str, *, source: str, remedy: str) -> None:
        self.what, self.source, self.remedy = what, source, remedy
        super().__init__(f"source {source}: {what}. {remedy}")


class AccessRefused(SourceError):
    """A source refuses the credentials or a permission. It is not retried until they are changed. Exit code 1."""


@dataclass(frozen=True)
class Field:
    """One column of an entity.

    `identifier` marks a plain e-mail address or phone number: landing replaces it by a keyed hash, in a column named
    `<name>_key`, and drops the plain value. `is_id` marks an id, which may look like a number: imports repair what spreadsheets made of it.
    `is_additive` is false for numbers without a sum. `currency` names the field that holds the currency of an amount of money.
    """

    name: str
    type: FieldType
    description: str
    required: bool = False
    identifier: Literal["email", "phone"] | None = None
    is_id: bool = False
    is_additive: bool = True
    currency: str | None = None

    @property
    def column(self) -> str:
        """The raw column that holds the field."""
        return f"{self.name}_key" if self.identifier else self.name


@dataclass(frozen=True)
class Entity:
    """One raw table. `key` names the fields that, within (source, account), identify a row of one vintage.

    `report_date` names the date field that says which day a row of a `daily` entity is about. `answered_by` names the fields that show
    whether the platform still answers for a row: a row counts as missing, and so as deleted, only if the extraction has others with the
    same values there. So a metric that a platform retires keeps its history.
    """

    name: str
    grain: str
    kind: EntityKind
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    report_date: str | None = None
    answered_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class Window:
    """Days from `start` to `end`, both included, as the account counts days.

    `current` says that the window reaches up to the day of the run: only then are snapshots worth taking.
    """

    start: date
    end: date
    current: bool = True

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise InputError(f"{self.end} is before {self.start}", where="window", remedy="Give the earlier day first.")

    def days(self) -> Iterator[date]:
        """Every day of the window, in order."""
        for offset in range((self.end - self.start).days + 1):
            yield self.start + timedelta(days=offset)


@dataclass(frozen=True)
class Source:
    """A configured source: one entry of `sources.yml`, with its secrets resolved."""

    name: str
    connector: str
    base_url: str
    accounts: tuple[str, ...]
    credentials: Mapping[str, str] = field(repr=False)
    history_from: date
    owner: str
    schedule: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Connector:
    """What a module of `multiball.connectors` declares as `CONNECTOR`.

    `extract(source, account, window)` yields pages; it knows neither Airflow nor the warehouse. `check(source, account)` makes
    the cheapest authenticated call and returns the account's display name; both raise `SourceError`.
    `restatement_days` is how far back the platform still changes what it reported: that much is pulled again every day.
    """

    name: str
    platform: str
    title: str
    documentation: str
    credentials: tuple[str, ...]
    restatement_days: int
    schedule: str
    entities: tuple[Entity, ...]
    extract: Callable[[Source, str, Window], Iterator[Page]]
    check: Callable[[Source, str], str]

    def entity(self, name: str) -> Entity:
        """The entity of that name; KeyError when the connector has none."""
        return {entity.name: entity for entity in self.entities}[name]


@dataclass(frozen=True)
class Load:
    """The result for one entity of one load; a row of `raw_multiball.load`. Rows extracted = landed + unchanged + rejected."""

    source: str
    account: str
    entity: str
    window: Window
    run_id: str
    extracted: int
    landed: int
    unchanged: int
    rejected: int
    deleted: int
    drift: tuple[str, ...] = ()
    """Fields that the platform sent and the entity does not declare; kept as JSON in the column `_undeclared`."""
    known: int | None = None
    """Rows stored before within what a complete answer covers; None if the answer does not show what is missing."""
    held: int = 0
    """Rows missing from the answer that are kept until the deletion is confirmed."""
    replaced: int = 0
    """Characters of texts that no warehouse can store (NUL, half of a character), each replaced by U+FFFD."""
