"""The address of a PostgreSQL database: validated, and converted for dbt, SQLAlchemy and messages."""

from __future__ import annotations

from typing import Any

import psycopg2
from psycopg2.extensions import parse_dsn

from multiball.shapes import InputError


def checked_dsn(dsn: str) -> str:
    """The libpq URI; InputError (without its password) if it lacks user, host or database, which dbt needs."""
    remedy = "Give postgresql://user@host:port/database in warehouse.dsn or MULTIBALL_POSTGRES_DSN."
    try:
        parts = parse_dsn(dsn)
    except psycopg2.ProgrammingError as error:
        raise InputError("is not a valid address of a PostgreSQL database", where="warehouse.dsn", remedy=remedy) from error
    if missing := [word for word, key in (("user", "user"), ("host", "host"), ("database", "dbname")) if not parts.get(key)]:
        raise InputError(f"has no {missing[0]}", where="warehouse.dsn", remedy=remedy)
    if not str(parts.get("port", "5432")).isdecimal():
        raise InputError(f"{parts['port']!r} is not a valid port", where="warehouse.dsn", remedy=remedy)
    return dsn


def shown(dsn: str) -> str:
    """The address without its password, for messages."""
    parts = parse_dsn(dsn)
    return f"postgresql://{parts.get('user', '')}@{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


def dbt_output(dsn: str, schema: str) -> dict[str, Any]:
    """The output of dbt's profile."""
    parts = parse_dsn(dsn)
    further = {key: parts[key] for key in ("sslmode", "sslcert", "sslkey", "sslrootcert") if key in parts}
    return {
        "type": "postgres",
        "host": parts.get("host", "localhost"),
        "port": int(parts.get("port", 5432)),
        "user": parts.get("user", ""),
        "password": parts.get("password", ""),
        "dbname": parts.get("dbname", parts.get("user", "")),
        "schema": schema,
        "threads": 2,
        **further,
    }


def sqlalchemy_url(dsn: str, **further: str) -> str:
    """The URL for SQLAlchemy, password included, with further parameters of libpq."""
    from sqlalchemy import URL

    parts = parse_dsn(dsn)
    main = {key: parts.pop(key, None) for key in ("user", "password", "dbname")}
    url = URL.create("postgresql+psycopg2", main["user"], main["password"], database=main["dbname"], query={**parts, **further})
    return url.render_as_string(hide_password=False)
