"""The server engine: PostgreSQL, for many readers. Arrow is read and written by ADBC's binary COPY."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import psycopg2
import psycopg2.errors
import pyarrow as pa
from adbc_driver_manager import Error as AdbcError
from adbc_driver_postgresql import dbapi as adbc
from psycopg2.extensions import connection as Connection

from multiball.settings import Workspace
from multiball.shapes import Entity, InputError, Notify
from multiball.sql import NO_VALUES, Values, numbered
from multiball.warehouse import server_address, server_alias, server_builds, server_publication, server_reader
from multiball.warehouse.interface import (
    Build,
    RawSnapshot,
    RawTransaction,
    Target,
    Warehouse,
    WarehouseError,
    as_utc,
    waiting,
)
from multiball.warehouse.query_errors import checked, not_built, nothing_published
from multiball.warehouse.raw_schema import SEQUENCE, key_columns, raw_columns
from multiball.warehouse.raw_tables import (
    RAW_LOCK,
    TableSnapshot,
    TableTransaction,
    commit_faults,
    keep_moment,
    last_moment,
    server_clock,
    state_sql,
)
from multiball.warehouse.restamp import move_table_stamps
from multiball.warehouse.server_answers import END, plain_numbers, reader_error, unreachable, write_failed
from multiball.warehouse.server_query import query_for
from multiball.warehouse.table_definitions import ensure_table

_LOCKS = {"build": 0x6D6261_02, "publication": 0x6D6261_03}


class ServerWarehouse(Warehouse):
    """Raw in schemas `raw_<connector>`, each build in schemas of its own prefix; a pointer says which build readers see."""

    engine = "postgres"

    def __init__(self, workspace: Workspace) -> None:
        self.dsn = server_address.checked_dsn(workspace.postgres_dsn)
        self._address = server_address.shown(self.dsn)
        self.scratch = workspace.var / "scratch"
        self._reader_password = workspace.secrets.get("MULTIBALL_READER_PASSWORD")
        self._query_seconds = workspace.query_seconds
        self._keep_replaced = workspace.keep_replaced

    def ensure_raw(self, connector: str, entity: Entity) -> None:
        """See `Warehouse.ensure_raw`."""
        with self._connection() as connection:
            ensure_table(connection, connector, entity)

    @contextmanager
    def raw_snapshot(self) -> Iterator[RawSnapshot]:
        """See `Warehouse.raw_snapshot`."""
        with self._adbc() as connection:
            try:
                yield TableSnapshot(connection)
            except AdbcError as error:
                raise write_failed(self._address, error) from error

    @contextmanager
    def raw_transaction(self, run_id: str = "", at: datetime | None = None) -> Iterator[RawTransaction]:
        """See `Warehouse.raw_transaction`: one database transaction under an advisory lock."""
        with self._adbc() as connection:
            try:
                transaction = TableTransaction(connection, self._address, at)
                yield transaction
                transaction.commit(run_id)
                connection.commit()
            except AdbcError as error:
                raise write_failed(self._address, error) from error

    def clock(self) -> tuple[datetime, datetime | None]:
        """See `Warehouse.clock`: the server's."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute(server_clock())
            row = cursor.fetchone()
            assert row
            return row[0], last_moment(cursor)

    def restamp(self) -> tuple[int, dict[datetime, datetime]]:
        """See `Warehouse.restamp`: one transaction of the database."""
        with self._connection() as connection, connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [RAW_LOCK])
            cursor.execute(server_clock())
            [clock] = cursor.fetchall()[0]
            rows, new = move_table_stamps(connection, clock)
            keep_moment(cursor, max(new.values(), default=clock))
        return rows, new

    def redate(self, build_id: str, as_of: datetime) -> None:
        """See `Warehouse.redate`."""
        with self._connection() as connection:
            prefix = server_builds.published_prefix(connection) or ""
            server_publication.seal(connection, Target(build_id, prefix, schema_prefix=prefix), as_of)

    def read_raw(self, connector: str, sql: str, values: Values = NO_VALUES) -> pa.Table:
        """See `Warehouse.read_raw`."""
        return self._run_query(sql, None, values=values)

    def raw_target(self) -> Target:
        """The database itself."""
        return Target("raw", "", "raw")

    def raw_state(self, connector: str, entity: Entity, as_of: datetime) -> str:
        """See `Warehouse.raw_state`."""
        columns = [*raw_columns(entity), SEQUENCE]
        return state_sql(f'raw_{connector}."{entity.name}"', columns, key_columns(entity), as_utc(as_of))

    def raw_faults(self, *, read_all: bool) -> Iterator[str]:
        """See `Warehouse.raw_faults`: the rows of each commit are counted; the server guards their bytes by its checksums of pages."""
        with self._connection() as connection:
            yield from commit_faults(connection, self._address, read_all=read_all)

    def candidate(self, build_id: str) -> Target:
        """See `Warehouse.candidate`."""
        prefix = server_builds.prefix_of(build_id)
        return Target(build_id, prefix, schema_prefix=prefix)

    def as_of_target(self, as_of: datetime) -> Target:
        """See `Warehouse.as_of_target`."""
        prefix = f"as_of_{as_utc(as_of):%Y%m%dt%H%M%S%f}_"
        return Target(prefix.rstrip("_"), prefix, "as_of", schema_prefix=prefix)

    def seal(self, target: Target, as_of: datetime | None = None) -> None:
        """See `Warehouse.seal`."""
        with self._connection() as connection:
            server_publication.seal(connection, target, as_of)

    def is_sealed(self, target: Target) -> bool:
        """See `Warehouse.is_sealed`."""
        with self._connection() as connection:
            return server_builds.build_in(connection, target.schema_prefix) is not None

    def publish(self, target: Target, as_of: datetime | None = None) -> None:
        """See `Warehouse.publish` and `server_publication`."""
        self.seal(target, as_of)
        server_publication.publish(self._connection, self.dsn, target, self._keep_replaced)

    def discard(self, target: Target) -> None:
        """See `Warehouse.discard`."""
        server_publication.discard(self._connection, target)

    def write_table(self, target: Target, schema: str, name: str, arrow: pa.Table) -> None:
        """See `Warehouse.write_table`: one transaction."""
        place = target.schema(schema)
        with self._connection() as connection:
            server_builds.require_unpublished(connection, target)
        with self._adbc() as connection, connection.cursor() as cursor:
            try:
                cursor.execute(f'create schema if not exists "{place}"')
                cursor.execute(f'drop table if exists "{place}"."{name}" cascade')
                cursor.adbc_ingest(name, arrow, mode="create", db_schema_name=place)
                connection.commit()
            except AdbcError as error:
                raise write_failed(self._address, error) from error

    def query(self, sql: str, target: Target | None = None, limit: int | None = None, values: Values = NO_VALUES) -> pa.Table:
        """See `Warehouse.query`. Runs as a subquery in a read-only transaction with a time limit (MULTIBALL_QUERY_SECONDS)."""
        prefix = self._prefix(target)
        return self._run_query(query_for(checked(sql), prefix, target), prefix, limit, values)

    def _prefix(self, target: Target | None) -> str:
        """The prefix of a target's schemas, or of those of the build that is published now."""
        with self._connection() as connection:
            if target is None:
                prefix = server_builds.published_prefix(connection)
                if prefix is None:
                    raise nothing_published()
                return prefix
            if target.schema("marts") not in server_builds.schemas(connection, target.schema_prefix):
                raise not_built(target.build_id)
        return target.schema_prefix

    def _run_query(self, sql: str, prefix: str | None, limit: int | None = None, values: Values = NO_VALUES) -> pa.Table:
        """Run a query on the build with that prefix, or on raw."""
        schemas = [] if prefix is None else server_reader.search_path(prefix)
        query, given = numbered(sql.strip().rstrip(";"), values)
        bound = "" if limit is None else f" limit {int(limit)}"
        with self._adbc(schemas, read_only=True) as connection, connection.cursor() as cursor:
            try:
                cursor.execute(f"select * from (\n{query}\n{END}{bound}", given or None)
                return plain_numbers(cursor.fetch_arrow_table())
            except AdbcError as error:
                connection.rollback()
                raise reader_error(cursor, sql, error, schemas, prefix or "", self._query_seconds) from error

    def published(self) -> Build | None:
        """See `Warehouse.published`."""
        with self._connection() as connection:
            prefix = server_builds.published_prefix(connection)
            return None if prefix is None else server_builds.build_in(connection, prefix)

    @contextmanager
    def build_alias(self, target: Target, as_of: datetime) -> Iterator[Target]:
        """See `Warehouse.build_alias` and `server_alias`."""
        with self._connection() as connection:
            server_builds.require_unpublished(connection, target)
            server_alias.assign(connection, target.schema_prefix, as_of)
        try:
            yield replace(target, location=server_alias.PREFIX, schema_prefix=server_alias.PREFIX)
        finally:
            with self._connection() as connection:
                server_alias.release(connection)

    def dbt_profile(self, target: Target) -> dict[str, Any]:
        """See `Warehouse.dbt_profile`."""
        return server_address.dbt_output(self.dsn, target.schema("marts"))

    def sqlalchemy_url(self, target: Target | None = None) -> str:
        """See `Warehouse.sqlalchemy_url`; the search path is the schemas of the target, or of the build that is published now."""
        prefix = target.schema_prefix if target else self._prefix(None)
        return server_address.sqlalchemy_url(self.dsn, options=f"-csearch_path={','.join(server_reader.search_path(prefix))}")

    def reader(self) -> tuple[str, dict[str, Any]]:
        """See `Warehouse.reader`: the log-in of the role that `server_reader` describes."""
        if not self._reader_password:
            raise InputError(
                "MULTIBALL_READER_PASSWORD is not set", where="the readers' role", remedy="Run multiball up, which generates the password."
            )
        with self.publication_lock(), self._connection() as connection:
            return server_reader.ensure(connection, self.dsn, self._reader_password), {}

    def build_lock(self, notify: Notify = lambda line: None) -> AbstractContextManager[None]:
        """See `Warehouse.build_lock`. Released when its connection ends."""
        return self._lock("build", notify)

    def publication_lock(self, notify: Notify = lambda line: None) -> AbstractContextManager[None]:
        """See `Warehouse.publication_lock`. Released when its connection ends."""
        return self._lock("publication", notify)

    @contextmanager
    def _lock(self, name: str, notify: Notify) -> Iterator[None]:
        with self._connection() as connection, connection.cursor() as cursor:

            def take() -> bool:
                cursor.execute("select pg_try_advisory_lock(%s)", [_LOCKS[name]])
                row = cursor.fetchone()
                connection.commit()
                return bool(row and row[0])

            def release() -> None:
                cursor.execute("select pg_advisory_unlock(%s)", [_LOCKS[name]])

            with waiting(take, release, notify, f"another {name} of this warehouse to end"):
                yield

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """A connection that is committed at the end, or rolled back."""
        try:
            connection = psycopg2.connect(self.dsn, connect_timeout=10)
        except psycopg2.OperationalError as error:
            raise unreachable(self._address, str(error)) from error
        try:
            with connection:
                yield connection
        except psycopg2.Error as error:
            raise WarehouseError(
                f"{self._address}: {' '.join(str(error).split())}. Nothing was changed; fix that and run it again."
            ) from error
        finally:
            connection.close()

    def _adbc(self, schemas: list[str] | None = None, *, read_only: bool = False) -> adbc.Connection:
        try:
            connection = adbc.connect(self.dsn)
        except AdbcError as error:
            raise unreachable(self._address, str(error)) from error
        with connection.cursor() as cursor:
            if schemas:
                cursor.execute(f"set search_path = {', '.join(schemas)}")
            if read_only:
                cursor.execute(f"set statement_timeout = '{int(self._query_seconds)}s'")
                cursor.execute("set transaction read only")
        return connection
