"""The role that may read a PostgreSQL warehouse's published state, and nothing else: `<database>_reader`.

Dashboards log in as it. People and other programs become readers by `grant <database>_reader to …`: a membership outlives every
publication, whereas rights on tables go with the tables that they were granted on.
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
    """The role's name. Roles are the whole server's, so it carries the database's."""
    database = parse_dsn(dsn)
    return f"{slug(database.get('dbname') or database.get('user') or '')}_reader"


def let_read(connection: Connection, dsn: str) -> None:
    """Let the role, where there is one, read all that is published: part of the transaction that publishes."""
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
    """Make the role, or give it the password, unless it can log in already. Returns the libpq URI of its log-in."""
    log_in = make_dsn(dsn, user=role(dsn), password=password)
    if not _lets_in(log_in):
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
                    f"dashboards need the role {role(dsn)}, and the warehouse's user may not make it",
                    where="warehouse.dsn",
                    remedy=f"As a superuser: create role {role(dsn)} login password …; MULTIBALL_READER_PASSWORD in var/secrets.env is it.",
                ) from error
    let_read(connection, dsn)
    return log_in


def _lets_in(log_in: str) -> bool:
    try:
        psycopg2.connect(log_in, connect_timeout=10).close()
    except psycopg2.OperationalError:
        return False
    return True
