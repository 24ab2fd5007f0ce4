"""The workbench of the server engine: a build's schemas under names that are the same for every build, while dbt works on them.

They are renamed there and back; a comment says whose they are, so that a killed build's schemas find their way back.
"""

from __future__ import annotations

from datetime import datetime

from psycopg2 import sql as names
from psycopg2.extensions import connection as Connection

from multiball.warehouse.interface import MOMENT, SCHEMAS, moment_text

PREFIX = "building_"
"""What the names of schemas on the workbench begin with."""


def assign(connection: Connection, prefix: str, as_of: datetime) -> None:
    """Rename the schemas of a prefix to those of the workbench, write its `build_moment`; what is left there goes back first."""
    release(connection)
    _rename(connection, prefix, PREFIX)
    schema, table = names.Identifier(f"{PREFIX}{MOMENT[0]}"), names.Identifier(MOMENT[1])
    with connection.cursor() as cursor:
        cursor.execute(names.SQL("create schema if not exists {}").format(schema))
        cursor.execute(names.SQL("comment on schema {} is %s").format(schema), [prefix])
        cursor.execute(names.SQL("drop table if exists {}.{}").format(schema, table))
        cursor.execute(names.SQL("create table {}.{} as select %s::text as as_of").format(schema, table), [moment_text(as_of)])


def release(connection: Connection) -> None:
    """Give the schemas on the workbench, if there are any, their build's names again."""
    prefix = aliased_prefix(connection)
    if prefix is not None:
        _rename(connection, PREFIX, prefix)


def aliased_prefix(connection: Connection) -> str | None:
    """The prefix of the build that is on the workbench, or was when it was killed."""
    with connection.cursor() as cursor:
        cursor.execute("select obj_description(oid, 'pg_namespace') from pg_namespace where nspname = %s", [f"{PREFIX}{MOMENT[0]}"])
        row = cursor.fetchone()
    return row[0] if row else None


def _rename(connection: Connection, prefix: str, other: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("select nspname from pg_namespace")
        present = {row[0] for row in cursor.fetchall()}
        for schema in (*SCHEMAS, "publication"):
            if f"{prefix}{schema}" in present:
                old, new = names.Identifier(f"{prefix}{schema}"), names.Identifier(f"{other}{schema}")
                cursor.execute(names.SQL("alter schema {} rename to {}").format(old, new))
