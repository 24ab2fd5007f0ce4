"""The raw store of the server engine: append-only tables."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import pyarrow as pa
from adbc_driver_postgresql import dbapi as adbc
from psycopg2 import sql as names
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from multiball.shapes import Entity
from multiball.warehouse.clock import next_moment
from multiball.warehouse.interface import Arrow, RawTransaction, Scope
from multiball.warehouse.raw_files import changed_type, newest_sql, parameters
from multiball.warehouse.raw_schema import POSTGRES_TYPES, key_columns, raw_columns, raw_schema
from multiball.warehouse.records import OWN

RAW_LOCK = 0x6D6261_01
_SCHEMA = f"raw_{OWN}"
_CLOCK = f"{_SCHEMA}._clock"
"""One row: the moment of the last transaction."""
_CATALOGUE_NAMES = {"timestamp": "timestamp without time zone", "numeric(18,6)": "numeric"}


class TableTransaction(RawTransaction):
    """See `RawTransaction`: one transaction of the database. Its advisory lock lasts until the transaction ends."""

    def __init__(self, connection: adbc.Connection, where: str) -> None:
        self._connection = connection
        with connection.cursor() as cursor:
            cursor.execute(f"select pg_advisory_xact_lock({RAW_LOCK})")
            cursor.fetchone()
            cursor.execute(server_clock())
            clock = cursor.fetchone()[0]
            self.moment = next_moment(clock, last_moment(cursor), where)
            keep_moment(cursor, self.moment)

    def append(self, connector: str, entity: Entity, arrow: Arrow, scope: Scope | None = None) -> int:
        """Append by binary COPY."""
        schema = raw_schema(entity)
        reader = arrow.to_reader() if isinstance(arrow, pa.Table) else arrow
        batches = (part for batch in reader for part in pa.Table.from_batches([batch]).select(schema.names).cast(schema).to_batches())
        with self._connection.cursor() as cursor:
            stream = pa.RecordBatchReader.from_batches(schema, batches)
            return int(cursor.adbc_ingest(entity.name, stream, mode="append", db_schema_name=f"raw_{connector}"))

    def newest(self, connector: str, entity: Entity, scope: Scope) -> pa.RecordBatchReader:
        """See `RawTransaction.newest`; an index on account and day limits it to the scope's rows."""
        sql = newest_sql(f'raw_{connector}."{entity.name}"', entity, scope)
        with self._connection.cursor() as cursor:
            for position, name in enumerate(parameters(scope), start=1):
                sql = sql.replace(f"${name}", f"${position}")
            cursor.execute(sql, list(parameters(scope).values()))
            return cursor.fetch_arrow_table().to_reader()


def server_clock() -> str:
    """SQL of the clock that stamps rows: the server's, shared by all writers."""
    return "select clock_timestamp() at time zone 'UTC'"


def last_moment(cursor: adbc.Cursor | Cursor) -> datetime | None:
    """The moment of the last transaction; if it was not stored, that of the newest row of any raw table."""
    cursor.execute(f"select to_regclass('{_CLOCK}') is not null")
    if _one(cursor):
        cursor.execute(f"select max(moment) from {_CLOCK}")
        if kept := _one(cursor):
            return cast(datetime, kept)
    cursor.execute(
        "select quote_ident(table_schema) || '.' || quote_ident(table_name) from information_schema.columns "
        r"where table_schema like 'raw\_%' and column_name = '_extracted_at'"
    )
    tables = [row[0] for row in cursor.fetchall()]
    if not tables:
        return None
    newest = " union all ".join(f"select max(_extracted_at) as moment from {table}" for table in tables)
    cursor.execute(f"select max(moment) from ({newest}) as newest")
    return cast("datetime | None", _one(cursor))


def keep_moment(cursor: adbc.Cursor | Cursor, moment: datetime) -> None:
    """Store the moment of a transaction within it."""
    cursor.execute(f"select to_regclass('{_CLOCK}') is null")
    if _one(cursor):
        cursor.execute(f"create schema if not exists {_SCHEMA}")
        cursor.execute(f"create table {_CLOCK} (moment timestamp)")
        cursor.execute(f"insert into {_CLOCK} values (null)")
    cursor.execute(f"update {_CLOCK} set moment = timestamp '{moment}'")


def _one(cursor: adbc.Cursor | Cursor) -> object:
    row = cursor.fetchone()
    return row[0] if row else None


def ensure_table(connection: Connection, connector: str, entity: Entity) -> None:
    """Create the table of the entity, or add missing columns. InputError for a column of another type."""
    schema, wanted = f"raw_{connector}", raw_columns(entity)
    if _missing(connection, schema, entity) == set():
        return
    table = names.Identifier(schema, entity.name)
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [RAW_LOCK])
        cursor.execute(names.SQL("create schema if not exists {}").format(names.Identifier(schema)))
        cursor.execute(names.SQL("create table if not exists {} ()").format(table))
        for column in wanted:
            if column in _missing(connection, schema, entity):
                add = names.SQL("alter table {} add column {} {}")
                cursor.execute(add.format(table, names.Identifier(column), names.SQL(POSTGRES_TYPES[wanted[column]])))
        index = ["_source", "_account", entity.report_date or key_columns(entity)[0]]
        create = names.SQL("create index if not exists {} on {} ({})")
        cursor.execute(create.format(names.Identifier(f"{entity.name}_scope"), table, names.SQL(", ").join(map(names.Identifier, index))))


def _missing(connection: Connection, schema: str, entity: Entity) -> set[str]:
    with connection.cursor() as cursor:
        query = "select column_name, data_type from information_schema.columns where table_schema = %s and table_name = %s"
        cursor.execute(query, [schema, entity.name])
        present = dict(cursor.fetchall())
    wanted = {name: _CATALOGUE_NAMES.get(POSTGRES_TYPES[kind], POSTGRES_TYPES[kind]) for name, kind in raw_columns(entity).items()}
    for name, kind in wanted.items():
        if name in present and present[name] != kind:
            raise changed_type(schema.removeprefix("raw_"), entity.name, name, present[name], kind)
    return set(wanted) - set(present)
