"""The role with read access to a PostgreSQL warehouse's published state only: `<database>_reader`.

Dashboards log in as it. People and other programs become readers by `grant <database>_reader to …`: a membership survives every
publication, whereas rights on tables are lost with the tables.
"""

from __future__ import annotations

import psycopg2
import psycopg2.errors
from psycopg2 import sql as names
from psycopg2.extensions import connection as Connection
from psycopg2.extensions import make_dsn, parse_dsn

from multiball.shapes import InputError
from multiball.warehouse.interface import SCHEMAS
from multiball.warehouse.names import slug

_SETTINGS = (
    "default_transaction_read_only = on",
    "statement_timeout = '60s'",
    "search_path = marts, science, intermediate, canonical, staging",
)


def role(dsn: str) -> str:
    """The role's name. It contains the database's, because roles belong to the whole server."""
    database = parse_dsn(dsn)
    return f"{slug(database.get('dbname') or database.get('user') or '')}_reader"


def grant_read(connection: Connection, dsn: str) -> None:
    """Grant the role, if it exists, read access to all that is published; part of the publishing transaction."""
    with connection.cursor() as cursor:
        cursor.execute("select 1 from pg_roles where rolname = %s", [role(dsn)])
        if cursor.fetchone() is None:
            return
        cursor.execute("select nspname from pg_namespace where nspname = any(%s)", [[*SCHEMAS, "publication"]])
        for (schema,) in cursor.fetchall():
            place, reader = names.Identifier(schema), names.Identifier(role(dsn))
            cursor.execute(names.SQL("grant usage on schema {} to {}").format(place, reader))
            cursor.execute(names.SQL("grant select on all tables in schema {} to {}").format(place, reader))


def ensure(connection: Connection, dsn: str, password: str) -> str:
    """Create the role, or set its password, unless it can already log in. Returns the libpq URI of its log-in."""
    log_in = make_dsn(dsn, user=role(dsn), password=password)
    if not _can_log_in(log_in):
        reader = names.Identifier(role(dsn))
        with connection.cursor() as cursor:
            cursor.execute("select 1 from pg_roles where rolname = %s", [role(dsn)])
            verb = "create" if cursor.fetchone() is None else "alter"
            try:
                cursor.execute(names.SQL(f"{verb} role {{}} login password %s").format(reader), [password])
                for setting in _SETTINGS:
                    cursor.execute(names.SQL(f"alter role {{}} set {setting}").format(reader))
            except psycopg2.errors.InsufficientPrivilege as error:
                raise InputError(
                    f"dashboards need the role {role(dsn)}, and the warehouse's user may not create it",
                    where="warehouse.dsn",
                    remedy=f"As a superuser: create role {role(dsn)} login password …, with MULTIBALL_READER_PASSWORD of var/secrets.env.",
                ) from error
    grant_read(connection, dsn)
    return log_in


def _can_log_in(log_in: str) -> bool:
    try:
        psycopg2.connect(log_in, connect_timeout=10).close()
    except psycopg2.OperationalError:
        return False
    return True
