"""The role with read access to a PostgreSQL warehouse's published state only: `<database>_reader`.

Dashboards log in as it. People and other programs become readers by `grant <database>_reader to …`: a membership survives every
publication, whereas rights on tables are lost with the tables. Each connection that logs in as the role gets the search path of the
published build, and so sees one build as long as it lasts.
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
from multiball.warehouse.server_address import sqlalchemy_url
from multiball.warehouse.server_builds import ALL_SCHEMAS, published_prefix, schemas

_SETTINGS = ("default_transaction_read_only = on", "statement_timeout = '60s'")


def search_path(prefix: str) -> list[str]:
    """The schemas that unqualified names are looked up in: those of a build; with an empty prefix, those of views."""
    return [f"{prefix}{schema}" for schema in reversed(SCHEMAS)]


def role(dsn: str) -> str:
    """The role's name. It contains the database's, because roles belong to the whole server."""
    database = parse_dsn(dsn)
    return f"{slug(database.get('dbname') or database.get('user') or '')}_reader"


def follow(connection: Connection, dsn: str, prefix: str) -> bool:
    """Let the role, if it exists, read the published build and begin its connections with it; part of the publishing transaction.

    False where the warehouse's user may not set the role's search path: unqualified names then need one of the connection's own.
    """
    reader = names.Identifier(role(dsn))
    with connection.cursor() as cursor:
        cursor.execute("select current_database() from pg_roles where rolname = %s", [role(dsn)])
        found = cursor.fetchone()
        if found is None:
            return False
        present = set(schemas(connection))
        for schema in (f"{start}{name}" for start in {"", prefix} for name in ALL_SCHEMAS if f"{start}{name}" in present):
            place = names.Identifier(schema)
            cursor.execute(names.SQL("grant usage on schema {} to {}").format(place, reader))
            cursor.execute(names.SQL("grant select on all tables in schema {} to {}").format(place, reader))
        path = names.SQL(", ").join(map(names.Identifier, search_path(prefix)))
        cursor.execute("savepoint before_path")
        try:
            change = names.SQL("alter role {} in database {} set search_path = {}")
            cursor.execute(change.format(reader, names.Identifier(found[0]), path))
        except psycopg2.errors.InsufficientPrivilege:
            cursor.execute("rollback to savepoint before_path")
            return False
    return True


def ensure(connection: Connection, dsn: str, password: str) -> str:
    """Create the role, or set its password, unless it can already log in. Returns SQLAlchemy's URL of its log-in.

    Hold the publication lock, because the role then follows what is published.
    """
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
    if follow(connection, dsn, published_prefix(connection) or ""):
        return sqlalchemy_url(log_in)
    return sqlalchemy_url(log_in, options=f"-csearch_path={','.join(search_path(''))}")


def _can_log_in(log_in: str) -> bool:
    try:
        psycopg2.connect(log_in, connect_timeout=10).close()
    except psycopg2.OperationalError:
        return False
    return True
