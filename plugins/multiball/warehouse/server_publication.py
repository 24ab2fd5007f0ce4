"""Builds of the server engine: schemas with a prefix per build, which a publication renames to those that readers see.

A build is complete when it is sealed: its schema `publication` identifies it. Old schemas are dropped afterwards.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime

import psycopg2.errors
import sqlglot
from psycopg2 import sql as names
from psycopg2.extensions import connection as Connection
from psycopg2.extras import RealDictCursor

from multiball.shapes import InputError
from multiball.warehouse import server_alias, server_reader
from multiball.warehouse.interface import SCHEMAS, Build, Target, WarehouseError, as_utc, now

ALL_SCHEMAS = (*SCHEMAS, "publication")
"""The schemas of a build, without its prefix."""

CANDIDATES, RETIRED = "candidate_", "retired_"
"""The prefixes of schemas before they are published, and after another build replaced them."""

Connect = Callable[[], AbstractContextManager[Connection]]
"""Opens a connection that is committed at the end, or rolled back."""


def schemas(connection: Connection) -> set[str]:
    """The names of all schemas."""
    with connection.cursor() as cursor:
        cursor.execute("select nspname from pg_namespace")
        return {row[0] for row in cursor.fetchall()}


def build_in(connection: Connection, schema: str) -> Build | None:
    """The sealed build that a schema `publication`, with or without a prefix, describes."""
    with connection.cursor(cursor_factory=RealDictCursor) as cursor:
        if schema not in schemas(connection):
            return None
        cursor.execute(names.SQL("select * from {}.build").format(names.Identifier(schema)))
        row = cursor.fetchone()
    return Build(row["build_id"], row.get("as_of"), row["published_at"]) if row else None


def query_for(target: Target, sql: str) -> str:
    """The query with `marts.x` replaced by `<prefix>marts.x`, so that it also runs on an unpublished build."""
    try:
        tree = sqlglot.parse_one(sql, dialect="postgres")
    except sqlglot.errors.ParseError as error:
        raise InputError(str(error).splitlines()[0], where="query", remedy="Fix the SQL there.") from error
    for table in tree.find_all(sqlglot.exp.Table):
        if table.db in ALL_SCHEMAS:
            table.set("db", sqlglot.to_identifier(target.schema(table.db)))
    return tree.sql(dialect="postgres")


def seal(connection: Connection, target: Target, as_of: datetime | None) -> None:
    """Write the build's id and `as_of`; WarehouseError if its schemas are missing."""
    if target.schema("marts") not in schemas(connection):
        raise WarehouseError(
            f"{target.schema('marts')} is missing: another build replaced it, or nothing was built. Run multiball run warehouse."
        )
    schema = names.Identifier(target.schema("publication"))
    with connection.cursor() as cursor:
        cursor.execute(names.SQL("drop schema if exists {} cascade").format(schema))
        cursor.execute(names.SQL("create schema {}").format(schema))
        cursor.execute(
            names.SQL("create table {}.build as select %s::text as build_id, %s::timestamp as published_at, %s::timestamp as as_of").format(
                schema
            ),
            [target.build_id, now(), as_utc(as_of) if as_of else None],
        )


def publish(connect: Connect, dsn: str, target: Target) -> None:
    """Rename a sealed build's schemas to those of readers in one transaction, which locks no table; then drop old schemas."""
    retired = f"{RETIRED}{uuid.uuid4().hex[:8]}_"
    with connect() as connection, connection.cursor() as cursor:
        present = schemas(connection)
        rename = names.SQL("alter schema {} rename to {}")
        for schema in ALL_SCHEMAS:
            if schema in present:
                cursor.execute(rename.format(names.Identifier(schema), names.Identifier(f"{retired}{schema}")))
            if target.schema(schema) in present:
                cursor.execute(rename.format(names.Identifier(target.schema(schema)), names.Identifier(schema)))
        server_reader.grant_read(connection, dsn)
    drop(connect, RETIRED)
    drop(connect, CANDIDATES, until=target.schema_prefix)


def discard(connect: Connect, target: Target) -> None:
    """Drop a build's schemas, also if it was killed under the alias."""
    with connect() as connection:
        is_aliased = server_alias.aliased_prefix(connection) == target.schema_prefix
    for prefix in (target.schema_prefix, *([server_alias.PREFIX] if is_aliased else [])):
        drop(connect, prefix)


def drop(connect: Connect, prefix: str, until: str = "") -> None:
    """Drop the schemas of the prefix; with `until` only those that sort before it or begin with it."""
    with connect() as connection:
        present = schemas(connection)
    for schema in sorted(present):
        if schema.startswith(prefix) and (not until or schema[: len(until)] <= until):
            with connect() as connection, connection.cursor() as cursor:
                cursor.execute("set local lock_timeout = '2s'")
                try:
                    cursor.execute(names.SQL("drop schema if exists {} cascade").format(names.Identifier(schema)))
                except (psycopg2.errors.LockNotAvailable, psycopg2.errors.DeadlockDetected):
                    connection.rollback()  # a reader still uses it: the next publication drops it
