"""Queries on the embedded engine: read-only, under a time limit, with errors that explain what is wrong with the SQL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import Any

import duckdb

from multiball.shapes import InputError
from multiball.sql import literal
from multiball.warehouse.interface import SCHEMAS, WarehouseError
from multiball.warehouse.query_errors import engine_error, raw_is_not_published, read_only, unknown_column, unknown_name

READERS_MEMORY = "1GB"
READ_ONLY: dict[str, Any] = {"enable_external_access": "false", "lock_configuration": "true"}
_RAW_FILES = re.compile(r'"[^"]*/raw_\w+/\w+/[^"/]*\.parquet"')
_UNKNOWN = re.compile(
    r'(?P<table>Table) with name "?(?P<name>[\w.]+)"? does not exist'
    r'|Referenced column "(?P<column>[^"]+)" not found'
    r'|does not have a column named "(?P<member>[^"]+)"'
)


@contextmanager
def reading(file: Path, memory: str = READERS_MEMORY, scratch: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the current file, under the file's name.

    The file is attached instead of opened: within a process, DuckDB gives all connections to one path the file that the oldest of them has
    open, which may have been replaced since.
    """
    name = f'"{file.stem}"'
    settings: dict[str, Any] = {"memory_limit": memory, **({"temp_directory": str(scratch)} if scratch else {})}
    with duckdb.connect(config=settings) as connection:
        try:
            connection.execute(f"attach {literal(str(file))} as {name} (read_only)")
        except duckdb.Error as error:
            raise reader_error(connection, error) from error
        connection.execute(f"use {name}")
        rows = connection.execute("select schema_name from duckdb_schemas() where database_name = current_database()").fetchall()
        path = [f"{name}.{schema}" for schema in (*reversed(SCHEMAS), "main") if (schema,) in rows]
        connection.execute(f"set search_path = {literal(','.join(path))}")
        for setting, value in READ_ONLY.items():
            connection.execute(f"set {setting} = {value}")
        yield connection


@contextmanager
def time_limit(connection: duckdb.DuckDBPyConnection, seconds: int) -> Iterator[None]:
    """Interrupt the connection's query after that many seconds."""
    timer = Timer(seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def reader_error(connection: duckdb.DuckDBPyConnection, error: duckdb.Error) -> Exception:
    """The InputError for wrong SQL of a reader, or the WarehouseError where the SQL is not the cause."""
    if isinstance(error, duckdb.OutOfMemoryException):
        what = str(error).splitlines()[0].rstrip(".")
        return WarehouseError(f"the query failed: {what}. Select less, or raise MULTIBALL_MEMORY_LIMIT.")
    if "Corrupt database file" in str(error):
        file = connection.execute("select max(path) from duckdb_databases()").fetchone()
        return WarehouseError(
            f"{file and file[0]} was altered: {' '.join(str(error).split())}. Run multiball run warehouse, which replaces it."
        )
    if isinstance(error, (duckdb.IOException, duckdb.InternalException)):
        return WarehouseError(f"the query failed: {' '.join(str(error).split())}. Run multiball doctor.")
    if "attached in read-only mode" in str(error):
        return read_only()
    if isinstance(error, duckdb.PermissionException):
        if _RAW_FILES.search(str(error)):
            return raw_is_not_published()
        return InputError(
            "the query reads another file, and a query may read only the warehouse",
            where="query",
            remedy="Import the file: docs/how-to/import-a-file.md says how.",
        )
    if match := _UNKNOWN.search(str(error)):
        names = "select table_schema || '.' || table_name, column_name from information_schema.columns"
        names += " where not starts_with(table_schema, 'raw_')"
        known = connection.execute(names).fetchall()
        if match["table"]:
            return unknown_name("table", match["name"], (table for table, _ in known))
        return unknown_column(match["column"] or match["member"], known)
    return engine_error(str(error))
