"""What both engines offer. Everything else in Multiball speaks to this face, never to an engine."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pyarrow as pa

from multiball.settings import Engine
from multiball.shapes import Entity, Failure, Notify
from multiball.sql import NO_VALUES, Values

SCHEMAS = ("staging", "canonical", "intermediate", "science", "marts")
"""The schemas of one build."""

MOMENT = ("staging", "build_moment")
"""Schema and name of the one-row relation that tells the models of a build its `as_of`."""

Arrow: TypeAlias = pa.Table | pa.RecordBatchReader


class WarehouseError(Failure):
    """The warehouse could not do it, through no fault of the input: a full disk, a lost server. Nothing half-done is seen. Exit code 1."""


@dataclass(frozen=True)
class Target:
    """Where one build writes, apart from what readers see.

    `location` is the path of a DuckDB file, or the prefix of the schemas on Postgres. `schema_prefix` is dbt's variable of that name.
    """

    build_id: str
    location: str
    kind: Literal["candidate", "as_of", "raw"] = "candidate"
    schema_prefix: str = ""

    def schema(self, name: str) -> str:
        """The name in the database of one of the build's schemas, `marts` for one."""
        return f"{self.schema_prefix}{name}"


@dataclass(frozen=True)
class Build:
    """A complete build. `as_of` is the moment whose knowledge it holds, None where it was not given; both moments are UTC."""

    build_id: str
    as_of: datetime | None
    published_at: datetime


@dataclass(frozen=True)
class Scope:
    """The part of a raw table that one load speaks about: the rows of an account and, for a daily entity, the days of its window."""

    source: str
    account: str
    start: date | None = None
    end: date | None = None


class RawTransaction(ABC):
    """Rows appended to several raw tables that become visible together when the context ends, or not at all."""

    moment: datetime
    """UTC, later than the moment of every transaction before: what to stamp the rows with."""

    @abstractmethod
    def append(self, connector: str, entity: Entity, arrow: Arrow, scope: Scope | None = None) -> int:
        """Append rows of the raw table's schema and return their number. `scope` says what they may be about: it prunes later reads."""

    @abstractmethod
    def newest(self, connector: str, entity: Entity, scope: Scope) -> pa.RecordBatchReader:
        """The newest vintage of each row in the scope: key columns, the report date, `_row_hash`, `_deleted`, `_extracted_at`."""


class Warehouse(ABC):
    """One engine with its raw store, its candidates and its published state."""

    engine: Engine
    scratch: Path
    """A folder on the workspace's disk for what does not fit into memory."""

    @abstractmethod
    def ensure_raw(self, connector: str, entity: Entity) -> None:
        """The raw table exists, empty at least, and has the entity's columns; added fields become columns. A changed type is refused."""

    @abstractmethod
    def raw_transaction(self) -> AbstractContextManager[RawTransaction]:
        """The only way to write raw: one at a time, atomic over all its tables."""

    def append_raw(self, connector: str, entity: Entity, arrow: Arrow) -> int:
        """Append rows that have all columns of the raw table, atomically; returns their number."""
        self.ensure_raw(connector, entity)
        with self.raw_transaction() as raw:
            return raw.append(connector, entity, arrow)

    def moment(self) -> datetime:
        """A UTC moment before which nothing will be landed any more: the `as_of` of a build that can be built again exactly."""
        with self.raw_transaction() as raw:
            return raw.moment

    @abstractmethod
    def clock(self) -> tuple[datetime, datetime | None]:
        """The clock that stamps raw rows, and the last moment that it stamped, both UTC; None before the first."""

    @abstractmethod
    def restamp(self) -> tuple[int, dict[datetime, datetime]]:
        """The clock is right: rows stamped later than now get the present moment, in their order. Can be repeated.

        Returns the number of rows, and for each of their moments the new one.
        """

    @abstractmethod
    def redate(self, build_id: str, as_of: datetime) -> None:
        """Give the published state another id and moment; its tables stay as they are."""

    @abstractmethod
    def read_raw(self, connector: str, sql: str, values: Values = NO_VALUES) -> pa.Table:
        """SQL over the relations `raw_<connector>.<entity>`, with values in the places `$name`."""

    @abstractmethod
    def raw_target(self) -> Target:
        """A target whose schemas are the `raw_<connector>`s, for checks on raw through `sqlalchemy_url`."""

    @abstractmethod
    def candidate(self, build_id: str) -> Target:
        """Where the build of that id writes. The same id gives the same target, in any process."""

    @abstractmethod
    def as_of_target(self, as_of: datetime) -> Target:
        """Where the state as of a past moment is built and kept for the next question about it."""

    @abstractmethod
    def seal(self, target: Target, as_of: datetime | None = None) -> None:
        """Mark a build as complete: it holds its own `publication.build`, the fields of `Build`. `publish` does it too."""

    @abstractmethod
    def is_sealed(self, target: Target) -> bool:
        """Whether the target holds a complete build."""

    @abstractmethod
    def publish(self, target: Target, as_of: datetime | None = None) -> None:
        """Make the candidate what readers see, in one step that blocks none of them. Candidates of builds that began earlier are removed.

        It replaces whatever is published. Who may publish, and when, is decided under `publication_lock`.
        """

    @abstractmethod
    def discard(self, target: Target) -> None:
        """Remove what was built there; nothing there is fine."""

    @abstractmethod
    def write_table(self, target: Target, schema: str, name: str, arrow: pa.Table) -> None:
        """Put a table into one of the schemas of a build that is not published yet, in place of the one of that name."""

    @abstractmethod
    def query(self, sql: str, target: Target | None = None, limit: int | None = None, values: Values = NO_VALUES) -> pa.Table:
        """One read-only SELECT on the published state, or on a target, with values in the places `$name`.

        InputError says what is wrong and what would be right.
        """

    @abstractmethod
    def published(self) -> Build | None:
        """The build that readers see; None when there is none yet."""

    def published_at(self) -> datetime | None:
        """When the state that readers see was published, UTC; None when there is none yet."""
        found = self.published()
        return found.published_at if found else None

    @abstractmethod
    def build_alias(self, target: Target, as_of: datetime) -> AbstractContextManager[Target]:
        """The target under a name that is the same for every build, for dbt to work in while the context lasts.

        dbt parses the whole project anew whenever its connection changes. The relation `staging.build_moment` holds `as_of` (UTC, text)
        there. Only one build at a time can use it: hold `build_lock`. What a killed build left on it goes back to that build's target.
        """

    @abstractmethod
    def dbt_profile(self, target: Target) -> dict[str, Any]:
        """The output of dbt's `profiles.yml` that builds into the target."""

    @abstractmethod
    def sqlalchemy_url(self, target: Target | None = None) -> str:
        """For Great Expectations and other readers; None is the published state."""

    @abstractmethod
    def reader(self) -> tuple[str, dict[str, Any]]:
        """For dashboards: a SQLAlchemy URL that can read the published state and nothing else, and what `create_engine` needs besides.

        Good before anything is published, and over all publications to come.
        """

    @abstractmethod
    def build_lock(self, notify: Notify = ...) -> AbstractContextManager[None]:
        """Only one build at a time: waits for the other, and says so. Not needed for reading or landing."""

    @abstractmethod
    def publication_lock(self, notify: Notify = ...) -> AbstractContextManager[None]:
        """Only one publication at a time: what is published changes under it alone. Held for moments; a build may go on beside it."""


def now() -> datetime:
    """The present moment, UTC without zone, as raw rows carry it."""
    return datetime.now(UTC).replace(tzinfo=None)


def as_utc(moment: datetime) -> datetime:
    """A moment as UTC without zone; one without zone is UTC already."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def moment_text(moment: datetime) -> str:
    """A moment as `build_moment` holds it: UTC, ISO form, microseconds."""
    return as_utc(moment).isoformat(sep=" ", timespec="microseconds")


@contextmanager
def waiting(take: Callable[[], bool], release: Callable[[], None], notify: Notify, what: str) -> Iterator[None]:
    """Hold a lock that `take` tries for; says once that it waits, then tries every half second."""
    told = False
    while not take():
        if not told:
            notify(f"waiting for {what}")
            told = True
        time.sleep(0.5)
    try:
        yield
    finally:
        release()
