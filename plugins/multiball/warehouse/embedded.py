"""The embedded engine: DuckDB over Parquet, for one machine, without administration."""

from __future__ import annotations

import fcntl
import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from multiball.settings import Workspace
from multiball.shapes import Entity, Notify
from multiball.sql import NO_VALUES, Values, literal, used
from multiball.warehouse import file_reading
from multiball.warehouse.commits import sync
from multiball.warehouse.compaction import compact
from multiball.warehouse.disk import disk_failures
from multiball.warehouse.embedded_reading import READ_ONLY, READERS_MEMORY, reader_error, reading, time_limit
from multiball.warehouse.file_transaction import FileSnapshot
from multiball.warehouse.interface import (
    MOMENT,
    Build,
    RawSnapshot,
    RawTransaction,
    Target,
    Warehouse,
    WarehouseError,
    as_utc,
    moment_text,
    now,
    waiting,
)
from multiball.warehouse.names import slug
from multiball.warehouse.query_errors import (
    checked,
    not_built,
    nothing_published,
    read_only,
    timed_out,
)
from multiball.warehouse.raw_files import RawFiles
from multiball.warehouse.raw_schema import VINTAGES, quoted


class EmbeddedWarehouse(Warehouse):
    """Raw as Parquet in `var/raw`, each build a DuckDB file in `var/warehouse`; readers see `published.duckdb`."""

    engine = "duckdb"

    def __init__(self, workspace: Workspace) -> None:
        self.folder = workspace.var / "warehouse"
        self.scratch = workspace.var / "scratch"
        self.file = self.folder / "published.duckdb"
        self.raw = RawFiles(workspace.var / "raw")
        self._query_seconds = workspace.query_seconds
        self._memory = workspace.memory_limit

    def ensure_raw(self, connector: str, entity: Entity) -> None:
        """See `Warehouse.ensure_raw`."""
        self.raw.ensure(connector, entity)

    @contextmanager
    def raw_snapshot(self) -> Iterator[RawSnapshot]:
        """See `Warehouse.raw_snapshot`."""
        yield FileSnapshot(self.raw)

    def raw_transaction(self, run_id: str = "", at: datetime | None = None) -> AbstractContextManager[RawTransaction]:
        """See `Warehouse.raw_transaction`."""
        return self.raw.transaction(run_id, at)

    def clock(self) -> tuple[datetime, datetime | None]:
        """See `Warehouse.clock`: the machine's."""
        return self.raw.clock(), self.raw.last_moment()

    def restamp(self) -> tuple[int, dict[datetime, datetime]]:
        """See `Warehouse.restamp`."""
        return self.raw.restamp()

    def redate(self, build_id: str, as_of: datetime) -> None:
        """See `Warehouse.redate`: a copy replaces the file."""
        fresh = self._fresh_file()
        with disk_failures(self.file):
            shutil.copy(self.file, fresh)
            self.seal(Target(build_id, str(fresh)), as_of)
            os.replace(fresh, self.file)

    def read_raw(self, connector: str, sql: str, values: Values = NO_VALUES) -> pa.Table:
        """See `Warehouse.read_raw`."""
        state, schema = self.raw.state(), f"raw_{connector}"
        with duckdb.connect(config=self._settings()) as connection:
            connection.execute(f"create schema {schema}")
            for table in sorted(state.tables):
                if table.startswith(f"{schema}.") and table.removeprefix(f"{schema}.") in sql:
                    connection.execute(f"create view {quoted(table)} as {file_reading.all_vintages(self.raw, state, table)}")
            try:
                return connection.sql(sql, params=used(sql, values) or None).to_arrow_table()
            except duckdb.Error as error:
                raise reader_error(connection, error) from error

    def raw_target(self) -> Target:
        """A new file of views over the Parquet files."""
        state, file = self.raw.state(), self.folder / "raw.duckdb"
        fresh = self._fresh_file()
        with duckdb.connect(fresh) as connection:
            for table in sorted(state.tables):
                connection.execute(f"create schema if not exists {table.partition('.')[0]}")
                connection.execute(f"create view {quoted(table)} as {file_reading.all_vintages(self.raw, state, table)}")
        os.replace(fresh, file)
        return Target("raw", str(file), "raw")

    def raw_state(self, connector: str, entity: Entity, as_of: datetime) -> str:
        """See `Warehouse.raw_state`."""
        return file_reading.states(self.raw, self.raw.state(), f"raw_{connector}.{entity.name}", as_utc(as_of))

    def compact_raw(self) -> None:
        """See `Warehouse.compact_raw`."""
        compact(self.raw, self._memory, self.scratch)

    def raw_faults(self, *, read_all: bool) -> Iterator[str]:
        """See `Warehouse.raw_faults`."""
        return self.raw.faults(read_all=read_all)

    def raw_strays(self) -> Iterable[str]:
        """See `Warehouse.raw_strays`."""
        return self.raw.strays(self.raw.state())

    def candidate(self, build_id: str) -> Target:
        """See `Warehouse.candidate`."""
        return Target(build_id, str(self.folder / f"candidate-{slug(build_id)}.duckdb"))

    def as_of_target(self, as_of: datetime) -> Target:
        """See `Warehouse.as_of_target`."""
        mark = f"{as_utc(as_of):%Y%m%dT%H%M%S%f}"
        return Target(f"as_of_{mark}", str(self.folder / "as_of" / f"{mark}.duckdb"), "as_of")

    def seal(self, target: Target, as_of: datetime | None = None) -> None:
        """See `Warehouse.seal`. Merges the write-ahead log and syncs the file to disk."""
        file = self._built(target)
        with disk_failures(file):
            with duckdb.connect(file, config=self._settings()) as connection:
                connection.execute("create schema if not exists publication")
                connection.execute(
                    "create or replace table publication.build as "
                    "select ? as build_id, ?::timestamp as published_at, ?::timestamp as as_of",
                    [target.build_id, now(), as_utc(as_of) if as_of else None],
                )
                connection.execute("force checkpoint")
            with file.open("rb") as written:
                os.fsync(written.fileno())

    def is_sealed(self, target: Target) -> bool:
        """See `Warehouse.is_sealed`."""
        return self._build(Path(target.location)) is not None

    def publish(self, target: Target, as_of: datetime | None = None) -> None:
        """See `Warehouse.publish`: the file replaces the published one. Open readers keep the old file."""
        file = self._built(target)
        self.seal(target, as_of)
        with disk_failures(self.file):
            os.replace(file, self.file)
            sync(self.folder)
        for left_over in self.folder.glob("candidate-*.duckdb*"):
            if left_over.name.split(".")[0] <= file.stem:
                left_over.unlink(missing_ok=True)

    def discard(self, target: Target) -> None:
        """See `Warehouse.discard`."""
        for file in (Path(target.location), Path(f"{target.location}.wal")):
            file.unlink(missing_ok=True)

    def write_table(self, target: Target, schema: str, name: str, arrow: pa.Table) -> None:
        """See `Warehouse.write_table`."""
        file = self._built(target)
        with disk_failures(file), duckdb.connect(file, config=self._settings()) as connection:
            connection.register("given", arrow)
            connection.execute(f'create schema if not exists "{schema}"')
            connection.execute(f'create or replace table "{schema}"."{name}" as select * from given')

    def query(self, sql: str, target: Target | None = None, limit: int | None = None, values: Values = NO_VALUES) -> pa.Table:
        """See `Warehouse.query`. The connection cannot write or open any other file."""
        file = Path(target.location) if target else self.file
        if not file.exists():
            raise nothing_published() if target is None else not_built(target.build_id)
        with reading(file, self._memory, self.scratch) as connection, time_limit(connection, self._query_seconds):
            try:
                statements = connection.extract_statements(checked(sql))
                if len(statements) != 1 or statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
                    raise read_only()
                answer = connection.sql(statements[0].query, params=used(sql, values) or None)
                return (answer.limit(limit) if limit is not None else answer).to_arrow_table()
            except duckdb.InterruptException as error:
                raise timed_out(self._query_seconds) from error
            except duckdb.Error as error:
                raise reader_error(connection, error) from error

    def published(self) -> Build | None:
        """See `Warehouse.published`."""
        return self._build(self.file)

    @contextmanager
    def build_alias(self, target: Target, as_of: datetime) -> Iterator[Target]:
        """See `Warehouse.build_alias`: a second name of the target's file, which keeps its own name, also after a kill.

        A hard link, because DuckDB names the database after the target of a symbolic link.
        """
        alias, file = self.folder / "building.duckdb", Path(target.location)
        with disk_failures(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            self._remove_alias(alias)
            with duckdb.connect(file, config=self._settings()) as connection:
                schema, table = MOMENT
                connection.execute(f'create schema if not exists "{schema}"')
                connection.execute(f'create or replace table "{schema}"."{table}" as select ? as as_of', [moment_text(as_of)])
                self._define_raw(connection, as_utc(as_of))
            alias.hardlink_to(file)
        try:
            yield replace(target, location=str(alias))
        finally:
            self._remove_alias(alias)

    def _define_raw(self, connection: duckdb.DuckDBPyConnection, as_of: datetime) -> None:
        """The views that staging reads: the state of each raw table as of a moment, and its vintages up to it."""
        state = self.raw.state()
        for table in sorted(name for name, defined in state.tables.items() if defined.key):
            connection.execute(f"create schema if not exists {table.partition('.')[0]}")
            until = f"_extracted_at <= timestamp {literal(str(as_of))}"
            for name, sql in (
                (table, file_reading.states(self.raw, state, table, as_of)),
                (f"{table}{VINTAGES}", f"select * from ({file_reading.all_vintages(self.raw, state, table)}) where {until}"),
            ):
                connection.execute(f"create or replace view {quoted(name)} as {sql}")

    def _remove_alias(self, alias: Path) -> None:
        """Remove the alias. A write-ahead log under it belongs to a killed build, whose retry begins at the last checkpoint."""
        for left_over in (alias, Path(f"{alias}.wal")):
            left_over.unlink(missing_ok=True)

    def dbt_profile(self, target: Target) -> dict[str, Any]:
        """See `Warehouse.dbt_profile`."""
        Path(target.location).parent.mkdir(parents=True, exist_ok=True)
        settings = {key: value for key, value in self._settings().items() if key != "threads"}
        return {"type": "duckdb", "path": target.location, "schema": "marts", "threads": 2, "settings": settings}

    def sqlalchemy_url(self, target: Target | None = None) -> str:
        """See `Warehouse.sqlalchemy_url`; opens the file for reading only."""
        file = Path(target.location) if target else self.file
        if not file.exists():
            raise nothing_published() if target is None else not_built(target.build_id)
        return f"duckdb:///{file}?access_mode=read_only"

    def reader(self) -> tuple[str, dict[str, Any]]:
        """See `Warehouse.reader`: the current file, read-only, without access to other files or settings."""
        limits = {"memory_limit": READERS_MEMORY, "threads": "2"}
        return f"duckdb:///{self.file}?access_mode=read_only", {"connect_args": {"config": {**READ_ONLY, **limits}}}

    def build_lock(self, notify: Notify = lambda line: None) -> AbstractContextManager[None]:
        """See `Warehouse.build_lock`. Released when its process ends, even if it is killed."""
        return self._lock("build", notify)

    def publication_lock(self, notify: Notify = lambda line: None) -> AbstractContextManager[None]:
        """See `Warehouse.publication_lock`. Released when its process ends, even if it is killed."""
        return self._lock("publication", notify)

    @contextmanager
    def _lock(self, name: str, notify: Notify) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = os.open(self.folder / f"{name}.lock", os.O_CREAT | os.O_RDWR, 0o644)

        def take() -> bool:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
            return True

        with waiting(take, lambda: os.close(file), notify, f"another {name} of this warehouse to end"):
            yield

    def _settings(self) -> dict[str, Any]:
        self.scratch.mkdir(parents=True, exist_ok=True)
        return {"memory_limit": self._memory, "temp_directory": str(self.scratch), "threads": "2"}

    def _fresh_file(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f".{uuid.uuid4().hex}.duckdb"

    def _built(self, target: Target) -> Path:
        file = Path(target.location)
        if not file.exists():
            raise WarehouseError(f"{file} is missing: another build replaced it, or nothing was built. Run multiball run warehouse.")
        return file

    def _build(self, file: Path) -> Build | None:
        if not file.exists():
            return None
        with reading(file) as connection:
            try:
                rows = connection.sql("select * from publication.build").to_arrow_table().to_pylist()
            except duckdb.CatalogException:
                return None
            except duckdb.Error as error:
                raise reader_error(connection, error) from error
        return Build(rows[0]["build_id"], rows[0].get("as_of"), rows[0]["published_at"]) if rows else None
