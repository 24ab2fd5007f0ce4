"""The interface that both engines implement. The rest of Multiball uses it and never an engine directly."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
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
"""Schema and name of the one-row relation from which a build's models read its `as_of`."""

Arrow: TypeAlias = pa.Table | pa.RecordBatchReader


class WarehouseError(Failure):
    """The warehouse failed although the input is valid: a full disk, a lost server. No partial result is visible. Exit code 1."""


@dataclass(frozen=True)
class Target:
    """Where one build writes, separate from what readers see.

    `location` is the path of a DuckDB file, or the prefix of the schemas on Postgres. `schema_prefix` is dbt's variable of that name.
    """

    build_id: str
    location: str
    kind: Literal["candidate", "as_of", "raw"] = "candidate"
    schema_prefix: str = ""

    def schema(self, name: str) -> str:
        """The name in the database of one of the build's schemas, such as `marts`."""
        return f"{self.schema_prefix}{name}"


@dataclass(frozen=True)
class Build:
    """A complete build. It contains what was known at `as_of`, which is None where it was not given; both moments are UTC."""

    build_id: str
    as_of: datetime | None
    published_at: datetime


@dataclass(frozen=True)
class Scope:
    """The part of a raw table that one load covers: the rows of an account and, for a daily entity, the days of its window."""

    source: str
    account: str
    start: date | None = None
    end: date | None = None


class RawSnapshot(ABC):
    """Raw as it was after one commit."""

    sequence: int
    """The number of that commit."""

    @abstractmethod
    def newest(self, connector: str, entity: Entity, scope: Scope) -> pa.RecordBatchReader:
        """The newest vintage of each row in the scope: key columns, the report date, `_row_hash`, `_deleted`, `_extracted_at`."""


class RawTransaction(RawSnapshot):
    """Rows appended to several raw tables. All become visible when the context ends, or none."""

    moment: datetime
    """The stamp of the rows, UTC, later than the moment of every earlier transaction."""
    sequence: int
    """The number of the commit that ends it, greater than that of every earlier one."""

    @abstractmethod
    def append(self, connector: str, entity: Entity, arrow: Arrow, scope: Scope | None = None) -> int:
        """Append rows of the raw table's schema and return their number. `scope` limits what they may cover: it prunes later reads."""

    @abstractmethod
    def changed_since(self, sequence: int, connector: str, entity: Entity, scope: Scope) -> bool:
        """Whether a later commit than that one may have written rows of the scope."""


class Warehouse(ABC):
    """One engine with its raw store, its candidates and its published state."""

    engine: Engine
    scratch: Path
    """A folder on the workspace's disk for what does not fit into memory."""

    @abstractmethod
    def ensure_raw(self, connector: str, entity: Entity) -> None:
        """Create the raw table, or add columns for new fields. InputError for a changed type."""

    @abstractmethod
    def raw_snapshot(self) -> AbstractContextManager[RawSnapshot]:
        """Raw after its last commit, for reading without keeping others from writing."""

    @abstractmethod
    def raw_transaction(self, run_id: str = "", at: datetime | None = None) -> AbstractContextManager[RawTransaction]:
        """The only way to write raw: one transaction at a time, atomic over all its tables.

        The commit records the run. `at` is its moment instead of the clock's.
        """

    def append_raw(self, connector: str, entity: Entity, arrow: Arrow) -> int:
        """Append rows with all columns of the raw table atomically; returns their number."""
        self.ensure_raw(connector, entity)
        with self.raw_transaction() as raw:
            return raw.append(connector, entity, arrow)

    def moment(self) -> datetime:
        """A UTC moment before which no row will land any more: the `as_of` of a reproducible build."""
        with self.raw_transaction() as raw:
            return raw.moment

    @abstractmethod
    def clock(self) -> tuple[datetime, datetime | None]:
        """The clock that stamps raw rows, and the last moment that it stamped, both UTC; None before the first."""

    @abstractmethod
    def restamp(self) -> tuple[int, dict[datetime, datetime]]:
        """Give the present moment, in order, to rows stamped later than now, because the clock is right. Can be repeated.

        Returns the number of rows, and the new moment for each old one.
        """

    @abstractmethod
    def redate(self, build_id: str, as_of: datetime) -> None:
        """Change id and moment of the published state; its tables stay unchanged."""

    @abstractmethod
    def read_raw(self, connector: str, sql: str, values: Values = NO_VALUES) -> pa.Table:
        """SQL over the relations `raw_<connector>.<entity>`, with values bound to `$name`."""

    @abstractmethod
    def raw_target(self) -> Target:
        """A target whose schemas are the `raw_<connector>`s, for checks on raw through `sqlalchemy_url`."""

    @abstractmethod
    def raw_state(self, connector: str, entity: Entity, as_of: datetime) -> str:
        """SQL, on `raw_target`, of the state of each row as of a moment (UTC): its newest vintage.

        Deleted rows keep what they were before, with `_deleted` true.
        """

    def compact_raw(self) -> None:  # noqa: B027 - an engine whose raw is tables has nothing to do
        """Merge small files, so that a build reads few and each current row once; nothing where raw is tables."""

    @abstractmethod
    def raw_faults(self, *, read_all: bool) -> Iterator[str]:
        """A line for each part of raw that is not as it was committed; with `read_all` every byte or row is read."""

    def raw_strays(self) -> Iterable[str]:
        """A line for each thing in raw's place that no commit knows, and that is not read."""
        return ()

    @abstractmethod
    def candidate(self, build_id: str) -> Target:
        """Where the build of that id writes. The same id gives the same target, in any process."""

    @abstractmethod
    def as_of_target(self, as_of: datetime) -> Target:
        """Where the state as of a past moment is built and kept for later queries."""

    @abstractmethod
    def seal(self, target: Target, as_of: datetime | None = None) -> None:
        """Mark a build as complete by writing its `publication.build`, the fields of `Build`. `publish` does it too."""

    @abstractmethod
    def is_sealed(self, target: Target) -> bool:
        """Whether the target contains a complete build."""

    @abstractmethod
    def publish(self, target: Target, as_of: datetime | None = None) -> None:
        """Make the candidate visible to readers in one step that does not block them. Removes candidates of builds that began earlier.

        Replaces what is published; open connections continue with the build that they began with. Whether to publish is decided under
        `publication_lock`.
        """

    @abstractmethod
    def discard(self, target: Target) -> None:
        """Remove what was built there, if anything. On Postgres, WarehouseError for a build that was published: it never changes."""

    @abstractmethod
    def write_table(self, target: Target, schema: str, name: str, arrow: pa.Table) -> None:
        """Write a table to a schema of an unpublished build, replacing the one of that name."""

    @abstractmethod
    def query(self, sql: str, target: Target | None = None, limit: int | None = None, values: Values = NO_VALUES) -> pa.Table:
        """One read-only SELECT on the published state, or on a target, with values bound to `$name`. InputError for wrong SQL."""

    @abstractmethod
    def published(self) -> Build | None:
        """The published build; None before the first publication."""

    def published_at(self) -> datetime | None:
        """When the published build was published, UTC; None before the first publication."""
        found = self.published()
        return found.published_at if found else None

    @abstractmethod
    def build_alias(self, target: Target, as_of: datetime) -> AbstractContextManager[Target]:
        """The target under an alias that is the same for every build, for dbt while the context lasts.

        dbt parses the whole project again whenever its connection changes. The alias's relation `staging.build_moment` contains `as_of`
        (UTC, text). Only one build at a time can use the alias: hold `build_lock`. What a killed build left there returns to its target.
        """

    @abstractmethod
    def dbt_profile(self, target: Target) -> dict[str, Any]:
        """The output of dbt's `profiles.yml` that builds into the target."""

    @abstractmethod
    def sqlalchemy_url(self, target: Target | None = None) -> str:
        """For Great Expectations and other readers; None is the build that is published now."""

    @abstractmethod
    def reader(self) -> tuple[str, dict[str, Any]]:
        """For dashboards: a SQLAlchemy URL with access to the published state only, and further arguments of `create_engine`.

        Valid before the first publication and across later ones.
        """

    @abstractmethod
    def build_lock(self, notify: Notify = ...) -> AbstractContextManager[None]:
        """Allow only one build at a time: waits for the other, and reports it. Not needed for reading or landing."""

    @abstractmethod
    def publication_lock(self, notify: Notify = ...) -> AbstractContextManager[None]:
        """Allow only one publication at a time. Required for every change of what is published. Short; a build may run meanwhile."""


def now() -> datetime:
    """The present moment, UTC without zone, as in raw rows."""
    return datetime.now(UTC).replace(tzinfo=None)


def as_utc(moment: datetime) -> datetime:
    """A moment as UTC without zone; one without zone is taken as UTC."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment


def moment_text(moment: datetime) -> str:
    """A moment in the format of `build_moment`: UTC, ISO, microseconds."""
    return as_utc(moment).isoformat(sep=" ", timespec="microseconds")


@contextmanager
def waiting(take: Callable[[], bool], release: Callable[[], None], notify: Notify, what: str) -> Iterator[None]:
    """Hold the lock that `take` tries to acquire, every half second; reports once that it waits."""
    notified = False
    while not take():
        if not notified:
            notify(f"waiting for {what}")
            notified = True
        time.sleep(0.5)
    try:
        yield
    finally:
        release()
