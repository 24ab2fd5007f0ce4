"""The build alias of the server engine: a build's schemas get names that are the same for every build while dbt works on them.

A comment on a schema stores the build's own prefix, so that the schemas of a killed build can be renamed back.
"""

from __future__ import annotations

from datetime import datetime

from psycopg2 import sql as names
from psycopg2.extensions import connection as Connection

from multiball.warehouse.interface import MOMENT, as_utc, moment_text
from multiball.warehouse.server_builds import rename
from multiball.warehouse.table_definitions import build_views

PREFIX = "building_"
"""The prefix of aliased schemas."""


def assign(connection: Connection, prefix: str, as_of: datetime) -> None:
    """Rename the schemas of a prefix to the alias and write `build_moment`. Schemas of a killed build are renamed back first."""
    release(connection)
    rename(connection, prefix, PREFIX)
    schema, table = names.Identifier(f"{PREFIX}{MOMENT[0]}"), names.Identifier(MOMENT[1])
    with connection.cursor() as cursor:
        cursor.execute(names.SQL("create schema if not exists {}").format(schema))
        cursor.execute(names.SQL("comment on schema {} is %s").format(schema), [prefix])
        cursor.execute(names.SQL("drop table if exists {}.{}").format(schema, table))
        cursor.execute(names.SQL("create table {}.{} as select %s::text as as_of").format(schema, table), [moment_text(as_of)])
        for statement in build_views(connection, PREFIX, as_utc(as_of)):
            cursor.execute(statement)


def release(connection: Connection) -> None:
    """Rename aliased schemas, if there are any, back to their build's names."""
    prefix = aliased_prefix(connection)
    if prefix is not None:
        rename(connection, PREFIX, prefix)


def aliased_prefix(connection: Connection) -> str | None:
    """The own prefix of the aliased build, running or killed; None if there is none."""
    with connection.cursor() as cursor:
        cursor.execute("select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = %s", [f"{PREFIX}{MOMENT[0]}"])
        row = cursor.fetchone()
    return row[0] if row else None
