"""PostgreSQL's results through ADBC: numbers as decimals, errors as one line with a remedy."""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from adbc_driver_manager import Error as AdbcError
from adbc_driver_postgresql import dbapi as adbc

from multiball.shapes import InputError
from multiball.warehouse.interface import WarehouseError
from multiball.warehouse.query_errors import engine_error, not_displayable, read_only, timed_out, unknown_column, unknown_name

_TYPMOD_HEADER = 4
_NAME = re.compile(r'"(?P<quoted>[^"]+)"|column (?P<plain>[\w.]+) does not exist')
_NOT_A_QUERY = re.compile(r"(\s|--.*\n|/\*.*?\*/)*(?!select|with|values|table|\()\w+", re.IGNORECASE)
_UNDEFINED_TABLE, _UNDEFINED_COLUMN, _READ_ONLY, _CANCELLED, _SYNTAX = "42P01", "42703", "25006", "57014", "42601"
_NOT_SUPPORTED = "0A000"

_COMING_UP = ("starting up", "not yet accepting connections", "in recovery mode", "shutting down", "closed the connection unexpectedly")


END = ") as query"
"""The end of the subquery that a query runs as."""


def plain_numbers(table: pa.Table) -> pa.Table:
    """Convert `numeric`, which ADBC returns as text in an extension type, to a decimal with its declared or largest scale."""
    for position, field in enumerate(table.schema):
        if not isinstance(field.type, pa.BaseExtensionType):
            continue
        text = pa.chunked_array([chunk.storage for chunk in table.column(position).chunks], field.type.storage_type)
        is_number = (field.metadata or {}).get(b"POSTGRESQL:type") == b"numeric"
        try:
            column = text.cast(_decimal(text, int((field.metadata or {})[b"POSTGRESQL:typmod"]))) if is_number else text
        except pa.ArrowInvalid as error:
            raise not_displayable(field.name, "a number that is not a decimal of up to 38 digits, such as NaN") from error
        table = table.set_column(position, field.name, column)
    return table


def _decimal(text: pa.ChunkedArray, typmod: int) -> pa.DataType:
    if typmod >= _TYPMOD_HEADER:
        return pa.decimal128((typmod - _TYPMOD_HEADER) >> 16 & 0xFFFF, (typmod - _TYPMOD_HEADER) & 0x7FF)
    fractions = pc.utf8_length(pc.struct_field(pc.extract_regex(text, r"\.(?P<fraction>[0-9]+)$"), "fraction"))
    return pa.decimal128(38, pc.max(fractions).as_py() or 0)


def reader_error(cursor: adbc.Cursor, query: str, error: AdbcError, schemas: list[str], prefix: str, seconds: int) -> Exception:
    """The InputError for wrong SQL of a reader, or the WarehouseError where the SQL is not the cause.

    `schemas` are those of the build with that prefix, which no message shows.
    """
    details: dict[Any, bytes] = dict(error.details or [])
    message = details[b"PG_DIAG_MESSAGE_PRIMARY"].decode() if b"PG_DIAG_MESSAGE_PRIMARY" in details else str(error)
    message = message.replace(prefix, "")
    if error.sqlstate in (_UNDEFINED_TABLE, _UNDEFINED_COLUMN):
        match = _NAME.search(message)
        name = (match["quoted"] or match["plain"]) if match else message
        where = " or ".join(f"table_schema = '{schema}'" for schema in schemas) or "table_schema like 'raw_%'"
        cursor.execute(f"select distinct table_schema || '.' || table_name, column_name from information_schema.columns where {where}")
        known = [(str(table).removeprefix(prefix), str(column)) for table, column in cursor.fetchall()]
        return (
            unknown_column(name, known)
            if error.sqlstate == _UNDEFINED_COLUMN
            else unknown_name("table", name, (table for table, _ in known))
        )
    if error.sqlstate == _READ_ONLY or (error.sqlstate == _NOT_SUPPORTED and "data-modifying" in message):
        return read_only()
    if error.sqlstate == _CANCELLED:
        return timed_out(seconds)
    if error.sqlstate == _SYNTAX and (_NOT_A_QUERY.match(query) or 'at or near ";"' in message):
        return read_only()
    if error.sqlstate is None and "ReadRecord failed" in message:
        return InputError("a column has a type that cannot be returned", where="query", remedy="Cast it to text: cast(… as varchar).")
    if error.sqlstate is None or error.sqlstate[:2] in ("08", "53", "57", "58", "XX"):
        return WarehouseError(f"the query failed: {message}. Run multiball doctor.")
    pointed = next((line for line in str(error).splitlines() if line.startswith("LINE ")), "")
    if END in pointed:  # the error is at the end, in the text that wraps the query
        return engine_error("syntax error at the end of the SQL")
    return engine_error(f"{message}\n{pointed.replace(prefix, '')}")


def write_failed(name: str, error: AdbcError) -> WarehouseError:
    """The error for rows that the server did not accept."""
    return WarehouseError(f"{name}: could not write ({' '.join(str(error).split())}). Nothing was changed; fix that and run it again.")


def unreachable(name: str, message: str) -> Exception:
    """The error for a server that does not respond or rejects the log-in, in its own words."""
    said = " ".join(message.split()).removeprefix("IO: [libpq] Failed to connect: ")
    if any(sign in said for sign in _COMING_UP):
        return WarehouseError(f"{name}: the server is not ready ({said}). Wait a moment and run it again; its log says why.")
    refused = "authentication failed" in said or "no password supplied" in said or "does not exist" in said
    remedy = "Correct user, password or database in warehouse.dsn" if refused else "Start the server, or correct warehouse.dsn"
    return InputError(f"cannot connect ({said})", where=name, remedy=f"{remedy} or MULTIBALL_POSTGRES_DSN.")
