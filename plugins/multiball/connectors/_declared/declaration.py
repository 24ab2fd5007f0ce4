"""The types of a declaration. `reading` creates them from `connector.yml`; `session` executes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from multiball.connectors._declared.paths import Path, Read
from multiball.shapes import Entity, FieldType

TYPES: Mapping[str, FieldType] = {
    "string": "string",
    "json": "string",
    "bigint": "bigint",
    "decimal": "decimal(18,6)",
    "double": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}
"""The types that a field line may name, and the raw column's. `json`: an object or a list, kept as its text."""
FLAGS = ("required", "email", "phone", "id")


def utc_day(value: Any) -> Any:
    """The UTC day of a timestamp in a date field; a timestamp without zone is UTC. A date stays as it is."""
    if not isinstance(value, str) or len(value) <= len("2026-01-31"):
        return value
    moment = datetime.fromisoformat(value)
    return (moment.astimezone(UTC) if moment.tzinfo else moment).date()


def _truth(value: Any) -> Any:
    return {"true": True, "false": False, "": None}.get(value, value) if isinstance(value, str) else value


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, sort_keys=True, ensure_ascii=False)


def _as_it_is(value: Any) -> Any:
    return value


CONVERSIONS: Mapping[str, Callable[[Any], Any]] = {"date": utc_day, "boolean": _truth, "json": _json}
"""How values of a type are converted; values of other types land as JSON has them."""


@dataclass(frozen=True)
class Line:
    """A field line: the name of the raw field, the path of its value, and its declared type."""

    name: str
    path: Path
    type: str
    blank_is_absent: bool = False

    def reader(self) -> Read:
        """A function that reads the field's value from a row."""
        read, convert = self.path.reader(), CONVERSIONS.get(self.type, _as_it_is)
        if self.blank_is_absent:
            return lambda row, around: convert(None if (value := read(row, around)) == "" else value)
        return read if convert is _as_it_is else lambda row, around: convert(read(row, around))


@dataclass(frozen=True)
class Paginator:
    """How to get from one page to the next; the names are those of dlt's `RESTAPIConfig`."""

    type: str = "single_page"
    cursor_path: Path | None = None
    cursor_param: str = ""
    next_url_path: Path | None = None
    offset_param: str = ""
    page_param: str = ""
    first_page: int = 1
    total_path: Path | None = None
    limit_param: str = ""
    limit: int = 0
    full_pages: bool = False


@dataclass(frozen=True)
class Request:
    """A request, with placeholders for the window and the account, and the path of the rows in its response."""

    path: str
    method: str = "GET"
    params: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    format: str = "json"
    select: Path | None = None
    expect: tuple[str, ...] = ()
    paginator: Paginator = Paginator()


@dataclass(frozen=True)
class Table:
    """A raw table: its entity, its fields' paths, and its request. Without a request it is nested (`within`), or the hook extracts it.

    `nested` is the path of its rows within each row of the table `within`, or of its own request's response.
    """

    entity: Entity
    lines: tuple[Line, ...]
    request: Request | None = None
    nested: Path | None = None
    within: str | None = None
    parent: str | None = None
    max_days: int | None = None
    ignored: frozenset[str] = frozenset()
    keeps_undeclared: bool = True

    @property
    def declared_paths(self) -> list[Path]:
        """The paths into the platform's own row, without those that start at `@`."""
        return [line.path for line in self.lines if line.path.members]

    def maker(self, elsewhere: frozenset[str] = frozenset()) -> Callable[[Mapping[str, Any], Mapping[str, Any]], dict[str, Any]]:
        """A function that converts a row and its context to a record. `elsewhere` are the row's members that other tables read."""
        readers = [(line.name, line.reader()) for line in self.lines]
        read = elsewhere.union(self.ignored, *(line.path.members for line in self.lines))

        def make(row: Mapping[str, Any], around: Mapping[str, Any]) -> dict[str, Any]:
            made = {name: reader(row, around) for name, reader in readers}
            if not self.keeps_undeclared:
                return made
            further = {name: value for name, value in row.items() if name not in read and name not in made}
            return {**made, **further}

        return make


@dataclass(frozen=True)
class ErrorRule:
    """The meaning of a response that matches `when`: a status, a part of its text, and values at paths in its body."""

    then: str
    status: tuple[Any, ...] = ()
    contains: tuple[str, ...] = ()
    values: tuple[tuple[Path, tuple[Any, ...]], ...] = ()
    wait: float | None = None
    message: Path | None = None
    remedy: str = ""


@dataclass(frozen=True)
class Throttle:
    """Limits to respect: seconds between requests, or the headers with the calls that remain in an interval."""

    seconds: float = 0.0
    limit_header: str = ""
    left_header: str = ""
    interval_ms_header: str = ""
    interval_seconds: float = 1.0
    keep_percent: float = 15.0


@dataclass(frozen=True)
class Auth:
    """How requests authenticate. The values name credentials of the source; `name` is a header."""

    type: str
    credentials: tuple[str, ...] = ()
    name: str = "Authorization"


@dataclass(frozen=True)
class Option:
    """An option of the source in `sources.yml` that paths and params use."""

    default: Any
    schema: Mapping[str, Any]
    right: str


@dataclass(frozen=True)
class Declaration:
    """A whole connector, as declared in its `connector.yml`."""

    name: str
    title: str
    platform: str
    documentation: str
    schedule: str
    restatement_days: int
    check: Request
    show: Path | None
    tables: Mapping[str, Table]
    listing: Request = Request("")
    prefix: str = ""
    auth: Auth | None = None
    options: Mapping[str, Option] = field(default_factory=dict)
    errors: tuple[ErrorRule, ...] = ()
    throttle: Throttle = Throttle()

    @property
    def entities(self) -> tuple[Entity, ...]:
        """The raw tables, in the order of the file."""
        return tuple(table.entity for table in self.tables.values())

    def read_within(self, name: str) -> frozenset[str]:
        """The members of a table's rows that contain the rows of other tables."""
        inner = (table.nested for table in self.tables.values() if table.within == name and table.nested)
        return frozenset(member for path in inner for member in path.members)
