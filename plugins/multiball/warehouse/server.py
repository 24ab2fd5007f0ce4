"""The server engine: PostgreSQL, for many readers. Arrow goes in and out by ADBC's binary COPY."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import psycopg2
import psycopg2.errors
import pyarrow as pa
import sqlglot
from adbc_driver_manager import Error as AdbcError
from adbc_driver_postgresql import dbapi as adbc
from psycopg2 import sql as names
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import parse_dsn
from psycopg2.extras import RealDictCursor

from multiball.settings import Workspace
from multiball.shapes import Entity, InputError
from multiball.warehouse import server_bench, server_reader
from multiball.warehouse.face import (
    SCHEMAS,
    Build,
    RawTransaction,
    Target,
    Tell,
    Warehouse,
    WarehouseError,
    as_utc,
    now,
    waiting,
)
from multiball.warehouse.names import slug
from multiball.warehouse.questions import not_built, nothing_published
from multiball.warehouse.raw_tables import RAW_LOCK, TableTransaction, ensure_table, keep_moment, last_moment, server_clock
from multiball.warehouse.restamp import move_table_stamps
from multiball.warehouse.server_answers import explained, plain_numbers, unreachable

_LOCKS = {"build": 0x6D6261_02, "publication": 0x6D6261_03}
_ALL_SCHEMAS = (*SCHEMAS, "publication")


class ServerWarehouse(Warehouse):
    """Raw in schemas `raw_<connector>`, each build in schemas of its own prefix; readers see `staging`, `intermediate` and `marts`."""

    engine = "postgres"

    def __init__(self, workspace: Workspace) -> None:
        self.dsn = checked_dsn(workspace.postgres_dsn)
        self.scratch = workspace.var / "scratch"
        self._reader_password = workspace.secrets.get("MULTIBALL_READER_PASSWORD")
        self._query_seconds = workspace.query_seconds

    def ensure_raw(self, connector: str, entity: Entity) -> None:
        """See `Warehouse.ensure_raw`."""
        with self._connection() as connection:
            ensure_table(connection, connector, entity)

    @contextmanager
    def raw_transaction(self) -> Iterator[RawTransaction]:
        """See `Warehouse.raw_transaction`: one transaction of the database, under an advisory lock that ends with it."""
        with self._adbc() as connection:
            try:
                yield TableTransaction(connection, self._name)
                connection.commit()
            except AdbcError as error:
                raise WarehouseError(
                    f"{self._name}: could not write ({' '.join(str(error).split())}). Nothing was changed; mend that and run it again."
                ) from error

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
        self.seal(Target(build_id, ""), as_of)
        with self._connection() as connection:
            server_reader.let_read(connection, self.dsn)

    def read_raw(self, connector: str, sql: str) -> pa.Table:
        """See `Warehouse.read_raw`."""
        return self._ask(sql, [])

    def raw_target(self) -> Target:
        """The database itself."""
        return Target("raw", "", "raw")

    def candidate(self, build_id: str) -> Target:
        """See `Warehouse.candidate`."""
        prefix = f"candidate_{slug(build_id)}_"
        return Target(build_id, prefix, schema_prefix=prefix)

    def as_of_target(self, as_of: datetime) -> Target:
        """See `Warehouse.as_of_target`."""
        prefix = f"as_of_{as_utc(as_of):%Y%m%dt%H%M%S%f}_"
        return Target(prefix.rstrip("_"), prefix, "as_of", schema_prefix=prefix)

    def seal(self, target: Target, as_of: datetime | None = None) -> None:
        """See `Warehouse.seal`."""
        with self._connection() as connection, connection.cursor() as cursor:
            self._require(connection, target)
            schema = names.Identifier(target.schema("publication"))
            cursor.execute(names.SQL("drop schema if exists {} cascade").format(schema))
            cursor.execute(names.SQL("create schema {}").format(schema))
            cursor.execute(
                names.SQL(
                    "create table {}.build as select %s::text as build_id, %s::timestamp as published_at, %s::timestamp as as_of"
                ).format(schema),
                [target.build_id, now(), as_utc(as_of) if as_of else None],
            )

    def is_sealed(self, target: Target) -> bool:
        """See `Warehouse.is_sealed`."""
        return self._build(target.schema("publication")) is not None

    def publish(self, target: Target, as_of: datetime | None = None) -> None:
        """See `Warehouse.publish`: schemas are renamed in one transaction, which takes no lock on any table.

        What was published before is dropped afterwards; where a reader still holds it, the next publication drops it.
        """
        self.seal(target, as_of)
        retired = f"retired_{uuid.uuid4().hex[:8]}_"
        with self._connection() as connection, connection.cursor() as cursor:
            present = self._schemas(connection)
            rename = names.SQL("alter schema {} rename to {}")
            for schema in _ALL_SCHEMAS:
                if schema in present:
                    cursor.execute(rename.format(names.Identifier(schema), names.Identifier(f"{retired}{schema}")))
                if target.schema(schema) in present:
                    cursor.execute(rename.format(names.Identifier(target.schema(schema)), names.Identifier(schema)))
            server_reader.let_read(connection, self.dsn)
        self._drop("retired_")
        self._drop("candidate_", until=target.schema_prefix)

    def discard(self, target: Target) -> None:
        """See `Warehouse.discard`."""
        with self._connection() as connection:
            on_bench = server_bench.occupant(connection) == target.schema_prefix
        for prefix in (target.schema_prefix, *([server_bench.PREFIX] if on_bench else [])):
            self._drop(prefix)

    def write_table(self, target: Target, schema: str, name: str, arrow: pa.Table) -> None:
        """See `Warehouse.write_table`: one transaction."""
        place = target.schema(schema)
        with self._adbc() as connection, connection.cursor() as cursor:
            try:
                cursor.execute(f'create schema if not exists "{place}"')
                cursor.execute(f'drop table if exists "{place}"."{name}" cascade')
                cursor.adbc_ingest(name, arrow, mode="create", db_schema_name=place)
                connection.commit()
            except AdbcError as error:
                raise WarehouseError(
                    f"{self._name}: could not write ({' '.join(str(error).split())}). Nothing was changed; mend that and run it again."
                ) from error

    def query(self, sql: str, target: Target | None = None, limit: int | None = None) -> pa.Table:
        """See `Warehouse.query`. The question runs as a subquery in a read-only transaction with a time limit (MULTIBALL_QUERY_SECONDS)."""
        present = self._schemas_now()
        if target is None and "publication" not in present:
            raise nothing_published()
        if target is not None and target.schema("marts") not in present:
            raise not_built(target.build_id)
        schemas = [target.schema(name) if target else name for name in reversed(SCHEMAS)]
        asked = _with_prefix(sql, target.schema_prefix) if target else sql
        return self._ask(asked, schemas, limit)

    def _ask(self, sql: str, schemas: list[str], limit: int | None = None) -> pa.Table:
        bound = "" if limit is None else f" limit {int(limit)}"
        with self._adbc(schemas, read_only=True) as connection, connection.cursor() as cursor:
            try:
                cursor.execute(f"select * from (\n{sql.strip().rstrip(';')}\n) as question{bound}")
                return plain_numbers(cursor.fetch_arrow_table())
            except AdbcError as error:
                connection.rollback()
                raise explained(cursor, sql, error, schemas) from error

    def published(self) -> Build | None:
        """See `Warehouse.published`."""
        return self._build("publication")

    @contextmanager
    def workbench(self, target: Target, as_of: datetime) -> Iterator[Target]:
        """See `Warehouse.workbench` and `server_bench`."""
        with self._connection() as connection:
            server_bench.occupy(connection, target.schema_prefix, as_of)
        try:
            yield replace(target, location=server_bench.PREFIX, schema_prefix=server_bench.PREFIX)
        finally:
            with self._connection() as connection:
                server_bench.leave(connection)

    def dbt_profile(self, target: Target) -> dict[str, Any]:
        """See `Warehouse.dbt_profile`."""
        dsn = parse_dsn(self.dsn)
        further = {key: dsn[key] for key in ("sslmode", "sslcert", "sslkey", "sslrootcert") if key in dsn}
        return {
            "type": "postgres",
            "host": dsn.get("host", "localhost"),
            "port": int(dsn.get("port", 5432)),
            "user": dsn.get("user", ""),
            "password": dsn.get("password", ""),
            "dbname": dsn.get("dbname", dsn.get("user", "")),
            "schema": target.schema("marts"),
            "threads": 2,
            **further,
        }

    def sqlalchemy_url(self, target: Target | None = None) -> str:
        """See `Warehouse.sqlalchemy_url`; unqualified names are looked up in the target's marts, intermediate and staging."""
        from sqlalchemy import URL

        dsn = parse_dsn(self.dsn)
        main = {key: dsn.pop(key, None) for key in ("user", "password", "dbname")}
        schemas = [target.schema(name) if target else name for name in reversed(SCHEMAS)]
        query = {**dsn, "options": f"-csearch_path={','.join(schemas)}"}
        url = URL.create("postgresql+psycopg2", main["user"], main["password"], database=main["dbname"], query=query)
        return url.render_as_string(hide_password=False)

    def reader(self) -> tuple[str, dict[str, Any]]:
        """See `Warehouse.reader`: the log-in of the role that `server_reader` describes."""
        from sqlalchemy import URL

        if not self._reader_password:
            raise InputError(
                "MULTIBALL_READER_PASSWORD is not set", where="the readers' role", remedy="Run multiball up: it generates the password."
            )
        with self._connection() as connection:
            dsn = parse_dsn(server_reader.ensure(connection, self.dsn, self._reader_password))
        main = {key: dsn.pop(key, None) for key in ("user", "password", "dbname")}
        url = URL.create("postgresql+psycopg2", main["user"], main["password"], database=main["dbname"], query=dsn)
        return url.render_as_string(hide_password=False), {}

    def build_lock(self, tell: Tell = lambda line: None) -> AbstractContextManager[None]:
        """See `Warehouse.build_lock`. Ends with the connection of the process that holds it."""
        return self._lock("build", tell)

    def publication_lock(self, tell: Tell = lambda line: None) -> AbstractContextManager[None]:
        """See `Warehouse.publication_lock`. Ends with the connection of the process that holds it."""
        return self._lock("publication", tell)

    @contextmanager
    def _lock(self, name: str, tell: Tell) -> Iterator[None]:
        with self._connection() as connection, connection.cursor() as cursor:

            def take() -> bool:
                cursor.execute("select pg_try_advisory_lock(%s)", [_LOCKS[name]])
                row = cursor.fetchone()
                connection.commit()
                return bool(row and row[0])

            def release() -> None:
                cursor.execute("select pg_advisory_unlock(%s)", [_LOCKS[name]])

            with waiting(take, release, tell, f"another {name} of this warehouse to end"):
                yield

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        """A connection whose work is committed at the end, or undone."""
        try:
            connection = psycopg2.connect(self.dsn, connect_timeout=10)
        except psycopg2.OperationalError as error:
            raise unreachable(self._name, str(error)) from error
        try:
            with connection:
                yield connection
        except psycopg2.Error as error:
            raise WarehouseError(
                f"{self._name}: {' '.join(str(error).split())}. Nothing was changed; mend that and run it again."
            ) from error
        finally:
            connection.close()

    def _adbc(self, schemas: list[str] | None = None, *, read_only: bool = False) -> adbc.Connection:
        try:
            connection = adbc.connect(self.dsn)
        except AdbcError as error:
            raise unreachable(self._name, str(error)) from error
        with connection.cursor() as cursor:
            if schemas:
                cursor.execute(f"set search_path = {', '.join(schemas)}")
            if read_only:
                cursor.execute(f"set statement_timeout = '{int(self._query_seconds)}s'")
                cursor.execute("set transaction read only")
        return connection

    @property
    def _name(self) -> str:
        dsn = parse_dsn(self.dsn)
        return f"postgresql://{dsn.get('user', '')}@{dsn.get('host', 'localhost')}:{dsn.get('port', 5432)}/{dsn.get('dbname', '')}"

    def _require(self, connection: Connection, target: Target) -> None:
        if target.schema("marts") not in self._schemas(connection):
            raise WarehouseError(
                f"{target.schema('marts')} is gone: another build took its place, or nothing was built. Run multiball run warehouse."
            )

    def _schemas(self, connection: Connection) -> set[str]:
        with connection.cursor() as cursor:
            cursor.execute("select nspname from pg_namespace")
            return {row[0] for row in cursor.fetchall()}

    def _schemas_now(self) -> set[str]:
        with self._connection() as connection:
            return self._schemas(connection)

    def _drop(self, prefix: str, until: str = "") -> None:
        """Drop the schemas of the prefix; with `until` those that sort before it, or begin with it."""
        for schema in sorted(self._schemas_now()):
            if schema.startswith(prefix) and (not until or schema[: len(until)] <= until):
                with self._connection() as connection, connection.cursor() as cursor:
                    cursor.execute("set local lock_timeout = '2s'")
                    try:
                        cursor.execute(names.SQL("drop schema if exists {} cascade").format(names.Identifier(schema)))
                    except (psycopg2.errors.LockNotAvailable, psycopg2.errors.DeadlockDetected):
                        connection.rollback()  # a reader still holds it: the next publication drops it

    def _build(self, schema: str) -> Build | None:
        with self._connection() as connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
            if schema not in self._schemas(connection):
                return None
            cursor.execute(names.SQL("select * from {}.build").format(names.Identifier(schema)))
            row = cursor.fetchone()
        return Build(row["build_id"], row.get("as_of"), row["published_at"]) if row else None


def checked_dsn(dsn: str) -> str:
    """The libpq URI, if it names user, host and database, which dbt needs as well; InputError without its password where it does not."""
    remedy = "Give postgresql://user@host:port/database in warehouse.dsn or MULTIBALL_POSTGRES_DSN."
    try:
        parts = parse_dsn(dsn)
    except psycopg2.ProgrammingError as error:
        raise InputError("is no address of a PostgreSQL database", where="warehouse.dsn", remedy=remedy) from error
    if missing := [word for word, key in (("user", "user"), ("host", "host"), ("database", "dbname")) if not parts.get(key)]:
        raise InputError(f"names no {missing[0]}", where="warehouse.dsn", remedy=remedy)
    if not str(parts.get("port", "5432")).isdecimal():
        raise InputError(f"{parts['port']!r} is no port", where="warehouse.dsn", remedy=remedy)
    return dsn


def _with_prefix(sql: str, prefix: str) -> str:
    """The question with `marts.x` made `<prefix>marts.x`, so that one question serves the published state and any other build."""
    try:
        tree = sqlglot.parse_one(sql, dialect="postgres")
    except sqlglot.errors.ParseError as error:
        raise InputError(str(error).splitlines()[0], where="query", remedy="Mend the SQL there.") from error
    for table in tree.find_all(sqlglot.exp.Table):
        if table.db in _ALL_SCHEMAS:
            table.set("db", sqlglot.to_identifier(f"{prefix}{table.db}"))
    return tree.sql(dialect="postgres")
