"""The raw store of the server engine: append-only tables.

A row's `_until` is the moment at which a newer vintage replaced it, null while none has: the newest rows are a partition of their own, and
the state as of any moment is read without comparing vintages. An undeleted row is replaced by the next undeleted one, a deletion by any.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import cast

import pyarrow as pa
from adbc_driver_postgresql import dbapi as adbc
from psycopg2 import sql as names
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import cursor as Cursor

from multiball.shapes import Entity
from multiball.sql import literal
from multiball.warehouse import vintages
from multiball.warehouse.clock import next_moment
from multiball.warehouse.interface import Arrow, RawSnapshot, RawTransaction, Scope
from multiball.warehouse.raw_schema import SEQUENCE, UNTIL, key_columns, raw_schema
from multiball.warehouse.records import OWN

RAW_LOCK = 0x6D6261_01
_SCHEMA = f"raw_{OWN}"
_CLOCK = f"{_SCHEMA}._clock"
"""One row: the moment of the last transaction."""
_COMMITS = f"{_SCHEMA}._commit"
"""The log: one row per commit, as in `commits.Commit`; `added` is the number of rows by table."""
_ANALYZED = 1_000
"""Rows from which on the server has to know how many were landed, to find those that they replace quickly."""


class TableSnapshot(RawSnapshot):
    """See `RawSnapshot`: a transaction of the database that sees one state of it."""

    def __init__(self, connection: adbc.Connection) -> None:
        self._connection = connection
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read read only")
            cursor.execute(f"select to_regclass('{_COMMITS}') is not null")
            is_begun = one(cursor)
            self.sequence = 0
            if is_begun:
                cursor.execute(f"select coalesce(max(sequence), 0) from {_COMMITS}")
                self.sequence = cast(int, one(cursor))

    def newest(self, connector: str, entity: Entity, scope: Scope) -> pa.RecordBatchReader:
        """See `RawSnapshot.newest`."""
        return newest_in(self._connection, connector, entity, scope)


class TableTransaction(RawTransaction):
    """See `RawTransaction`: one transaction of the database. Its advisory lock lasts until the transaction ends."""

    def __init__(self, connection: adbc.Connection, where: str, at: datetime | None = None) -> None:
        self._connection = connection
        self._added: dict[str, int] = {}
        with connection.cursor() as cursor:
            cursor.execute(f"select pg_advisory_xact_lock({RAW_LOCK})")
            cursor.fetchone()
            cursor.execute(server_clock())
            clock = cursor.fetchone()[0]
            self.moment = next_moment(at or clock, last_moment(cursor), where)
            keep_moment(cursor, self.moment)
            cursor.execute(f"select coalesce(max(sequence), 0) + 1 from {_COMMITS}")
            self.sequence = cast(int, one(cursor))

    def append(self, connector: str, entity: Entity, arrow: Arrow, scope: Scope | None = None) -> int:
        """Append by binary COPY, and give the rows that these replace their `_until`."""
        schema, table = raw_schema(entity), f'raw_{connector}."{entity.name}"'
        reader = arrow.to_batches() if isinstance(arrow, pa.Table) else arrow
        parts = (part for batch in reader for part in pa.Table.from_batches([batch]).select(schema.names).cast(schema).to_batches())
        filled = (part for part in parts if part.num_rows)
        first = next(filled, None)
        if first is None:
            return 0
        columns, key = ", ".join(f'"{name}"' for name in schema.names), key_and_scope(key_columns(entity))
        with self._connection.cursor() as cursor:
            stream = pa.RecordBatchReader.from_batches(schema, chain([first], filled))
            rows = int(cursor.adbc_ingest("landed", stream, mode="create", temporary=True))
            if rows > _ANALYZED:
                cursor.execute("analyze landed")
            cursor.execute(_replace_sql(table, "landed", key))
            values = f"{columns}, {self.sequence}, {until_sql(key)}"
            cursor.execute(f"insert into {table} ({columns}, {SEQUENCE}, {UNTIL}) select {values} from landed")
            cursor.execute("drop table landed")
        name = f"raw_{connector}.{entity.name}"
        self._added[name] = self._added.get(name, 0) + rows
        return rows

    def newest(self, connector: str, entity: Entity, scope: Scope) -> pa.RecordBatchReader:
        """See `RawSnapshot.newest`."""
        return newest_in(self._connection, connector, entity, scope)

    def changed_since(self, sequence: int, connector: str, entity: Entity, scope: Scope) -> bool:
        """See `RawTransaction.changed_since`."""
        rows = f'select 1 from raw_{connector}."{entity.name}" where _source = $1 and _account = $2 and {SEQUENCE} > $3'
        with self._connection.cursor() as cursor:
            cursor.execute(f"select exists ({rows})", [scope.source, scope.account, sequence])
            return bool(one(cursor))

    def commit(self, run_id: str) -> None:
        """Record the commit in the log, in the database's transaction."""
        if self._added:
            with self._connection.cursor() as cursor:
                added = literal(json.dumps(self._added))
                values = f"{self.sequence}, timestamp '{self.moment}', 'landing', {literal(run_id)}, {added}"
                cursor.execute(f"insert into {_COMMITS} (sequence, moment, kind, run_id, added) values ({values})")


def newest_in(connection: adbc.Connection, connector: str, entity: Entity, scope: Scope) -> pa.RecordBatchReader:
    """See `RawSnapshot.newest`; an index on account and day limits it to the scope's rows."""
    sql = vintages.newest_sql(f'(select * from raw_{connector}."{entity.name}" where {UNTIL} is null)', entity, scope)
    with connection.cursor() as cursor:
        for position, name in enumerate(vintages.parameters(scope), start=1):
            sql = sql.replace(f"${name}", f"${position}")
        cursor.execute(sql, list(vintages.parameters(scope).values()))
        return cursor.fetch_arrow_table().to_reader()


def _replace_sql(table: str, landed: str, key: list[str]) -> str:
    """SQL that gives `_until` to the rows that landed ones replace."""
    same = " and ".join(f"stored.{name} = new.{name}" for name in key)
    return f"""
        update {table} as stored
        set {UNTIL} = case when stored._deleted then new.first else new.first_undeleted end
        from (
            select {", ".join(key)}, min(_extracted_at) as first, min(_extracted_at) filter (where not _deleted) as first_undeleted
            from {landed} group by {", ".join(key)}
        ) as new
        where stored.{UNTIL} is null and {same} and (stored._deleted or new.first_undeleted is not null)"""


def until_sql(key: list[str], order: str = "_extracted_at, _run_id") -> str:
    """SQL of `_until` among rows in that order: the moment of the next vintage of the key that replaces the row."""
    later = f"over (partition by {', '.join(key)} order by {order} rows between 1 following and unbounded following)"
    return f"case when _deleted then min(_extracted_at) {later} else min(case when not _deleted then _extracted_at end) {later} end"


def key_and_scope(key: list[str]) -> list[str]:
    """The columns, quoted, that identify a row in its table."""
    return [*vintages.SCOPE, *(f'"{name}"' for name in key)]


def state_sql(table: str, columns: list[str], key: list[str], as_of: datetime) -> str:
    """SQL of the state of each row as of a moment: the meaning of `vintages.state`, by `_until`."""
    same = " and ".join(f"gone.{name} = stored.{name}" for name in key_and_scope(key))
    shown = ", ".join(f"gone.{SEQUENCE} is not null as _deleted" if name == "_deleted" else f'stored."{name}"' for name in columns)
    return f"""
        select {shown} from {table} as stored
        left join (select * from {table} as deletion where _deleted and {_valid("deletion", as_of)}) as gone on {same}
        where not stored._deleted and {_valid("stored", as_of)}"""


def _valid(relation: str, as_of: datetime) -> str:
    moment = f"timestamp '{as_of}'"
    return f"{relation}._extracted_at <= {moment} and ({relation}.{UNTIL} is null or {relation}.{UNTIL} > {moment})"


def server_clock() -> str:
    """SQL of the clock that stamps rows: the server's, shared by all writers."""
    return "select clock_timestamp() at time zone 'UTC'"


def last_moment(cursor: adbc.Cursor | Cursor) -> datetime | None:
    """The moment of the last transaction; if it was not stored, that of the newest row of any raw table."""
    cursor.execute(f"select to_regclass('{_CLOCK}') is not null")
    if one(cursor):
        cursor.execute(f"select max(moment) from {_CLOCK}")
        if kept := one(cursor):
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
    return cast("datetime | None", one(cursor))


def keep_moment(cursor: adbc.Cursor | Cursor, moment: datetime) -> None:
    """Store the moment of a transaction within it."""
    cursor.execute(f"select to_regclass('{_CLOCK}') is null or to_regclass('{_COMMITS}') is null")
    if one(cursor):
        cursor.execute(f"create schema if not exists {_SCHEMA}")
        cursor.execute(f"create table if not exists {_CLOCK} (moment timestamp)")
        cursor.execute(f"insert into {_CLOCK} select null where not exists (select 1 from {_CLOCK})")
        cursor.execute(
            f"create table if not exists {_COMMITS} (sequence bigint primary key, moment timestamp, kind text, run_id text, added jsonb)"
        )
    cursor.execute(f"update {_CLOCK} set moment = timestamp '{moment}'")


def one(cursor: adbc.Cursor | Cursor) -> object:
    """The first value of the answer."""
    row = cursor.fetchone()
    return row[0] if row else None


def commit_faults(connection: Connection, where: str, *, read_all: bool) -> Iterator[str]:
    """A line for each commit and table whose rows are not as many as were committed, and if the server keeps no checksums of its pages."""
    with connection.cursor() as cursor:
        cursor.execute(f"select to_regclass('{_COMMITS}') is not null")
        if not read_all or not one(cursor):
            return
        cursor.execute("show data_checksums")
        if one(cursor) != "on":
            yield f"{where}: the server keeps no checksums of its pages and reads an altered one as it is. Enable them with pg_checksums."
        cursor.execute(f"select distinct jsonb_object_keys(added) from {_COMMITS} order by 1")
        for (table,) in cursor.fetchall():
            stored = names.Identifier(*table.split(".", 1))
            counted = names.SQL(f"select {SEQUENCE}, count(*) as rows from {{}} group by 1").format(stored)
            compared = names.SQL(
                "select sequence, (added ->> %s)::bigint, coalesce(rows, 0) "
                "from {} left join ({}) as counted on sequence = counted._sequence "
                "where added ? %s and coalesce(rows, 0) <> (added ->> %s)::bigint order by 1"
            ).format(names.SQL(_COMMITS), counted)
            cursor.execute(compared, [table, table, table])
            for sequence, committed, found in cursor.fetchall():
                yield f"{table} has {found:,} rows of commit {sequence}, which wrote {committed:,}. Restore the database from a copy."
