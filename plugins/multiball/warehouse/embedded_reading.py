"""How the embedded engine is read: for reading alone, under a time limit, with errors that say what is wrong with the SQL."""

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
from multiball.warehouse.query_errors import cannot_answer, raw_is_not_published, read_only, unknown_column, unknown_name

READERS_MEMORY = "1GB"
READ_ONLY: dict[str, Any] = {"enable_external_access": "false", "lock_configuration": "true"}
_RAW_FILES = re.compile(r'"[^"]*/raw_\w+/\w+/\*\.parquet"')
_UNKNOWN = re.compile(
    r'(?P<table>Table) with name "?(?P<name>[\w.]+)"? does not exist'
    r'|Referenced column "(?P<column>[^"]+)" not found'
    r'|does not have a column named "(?P<member>[^"]+)"'
)


@contextmanager
def reading(file: Path, memory: str = READERS_MEMORY, scratch: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the file as it is now, under the file's name.

    The file is attached rather than connected to: DuckDB gives all connections of a process to one path the file that the oldest of them
    still has open, which may have been replaced since.
    """
    name = f'"{file.stem}"'
    settings: dict[str, Any] = {"memory_limit": memory, **({"temp_directory": str(scratch)} if scratch else {})}
    with duckdb.connect(config=settings) as connection:
        try:
            connection.execute(f"attach {literal(str(file))} as {name} (read_only)")
        except duckdb.Error as error:
            raise explained(connection, error) from error
        connection.execute(f"use {name}")
        rows = connection.execute("select schema_name from duckdb_schemas() where database_name = current_database()").fetchall()
        path = [f"{name}.{schema}" for schema in (*reversed(SCHEMAS), "main") if (schema,) in rows]
        connection.execute(f"set search_path = {literal(','.join(path))}")
        for setting, value in READ_ONLY.items():
            connection.execute(f"set {setting} = {value}")
        yield connection


@contextmanager
def ended_after(connection: duckdb.DuckDBPyConnection, seconds: int) -> Iterator[None]:
    """Interrupt what the connection does when it lasts longer."""
    timer = Timer(seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def explained(connection: duckdb.DuckDBPyConnection, error: duckdb.Error) -> Exception:
    """What is wrong with a reader's SQL; failures that are not the SQL's fault stay failures."""
    if isinstance(error, duckdb.OutOfMemoryException):
        what = str(error).splitlines()[0].rstrip(".")
        return WarehouseError(f"the warehouse could not answer: {what}. Ask for less, or raise MULTIBALL_MEMORY_LIMIT.")
    if isinstance(error, (duckdb.IOException, duckdb.InternalException)):
        return WarehouseError(f"the warehouse could not answer: {' '.join(str(error).split())}. Run multiball doctor.")
    if "attached in read-only mode" in str(error):
        return read_only()
    if isinstance(error, duckdb.PermissionException):
        if _RAW_FILES.search(str(error)):
            return raw_is_not_published()
        return InputError(
            "a query reads the warehouse alone, no other file",
            where="query",
            remedy="Import the file: docs/how-to/import-a-file.md says how.",
        )
    if match := _UNKNOWN.search(str(error)):
        names = "select table_schema || '.' || table_name, column_name from information_schema.columns"
        known = connection.execute(names).fetchall()
        if match["table"]:
            return unknown_name("table", match["name"], (table for table, _ in known))
        return unknown_column(match["column"] or match["member"], known)
    return cannot_answer(str(error))
