"""How results are shown: a table for people, CSV and JSON for scripts."""

from __future__ import annotations

import csv
import getpass
import io
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.parquet as pq

from multiball.shapes import InputError
from multiball.warehouse.query_errors import not_displayable


def as_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Rows in columns that are as wide as their longest value; numbers to the right, null as an empty cell."""
    texts = [["" if value is None else str(value) for value in row] for row in rows]
    widths = [max([len(column), *(len(row[index]) for row in texts)]) for index, column in enumerate(columns)]
    numeric = [any(_is_number(row[index]) for row in rows) for index in range(len(columns))]

    def line(cells: Sequence[str]) -> str:
        fitted = [cell.rjust(width) if right else cell.ljust(width) for cell, width, right in zip(cells, widths, numeric, strict=True)]
        return "  ".join(fitted).rstrip()

    rule = "  ".join("─" * width for width in widths)
    return "\n".join([line(list(columns)), rule, *(line(row) for row in texts)])


def arrow_text(table: pa.Table, form: str) -> str:
    """An Arrow table as `table`, `csv` or `json` (a list of objects; decimals and times as text, exactly)."""
    columns, rows = table.column_names, list(zip(*map(_values, table.column_names, table.columns), strict=True))
    if form == "csv":
        return _csv([columns, *rows])
    if form == "json":
        return to_json([dict(zip(columns, row, strict=True)) for row in rows])
    return f"{as_table(columns, rows)}\n({len(rows)} {'row' if len(rows) == 1 else 'rows'})"


def _values(name: str, column: pa.ChunkedArray) -> list[Any]:
    try:
        values: list[Any] = column.to_pylist()
        return values
    except (OverflowError, ValueError) as error:
        raise not_displayable(name, "a date beyond the years 1 to 9999") from error


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    """Rows as CSV with LF between them. The writer ends lines with CR LF, for it quotes what its line end consists of: a lone CR, too."""
    text = io.StringIO()
    lines: list[str] = []
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow(row)
        lines.append(text.getvalue().removesuffix("\r\n"))
        text.seek(0)
        text.truncate()
    return "\n".join(lines)


def to_json(value: Sequence[Any] | Mapping[str, Any]) -> str:
    """JSON in which what JSON has no type for (decimals, dates) is text."""
    return json.dumps(value, default=str, ensure_ascii=False, indent=2)


def parquet(table: pa.Table) -> bytes:
    """An Arrow table as a Parquet file, with its types."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def write(content: str | bytes, file: Path | None) -> None:
    """To standard output, or to a file, which is there whole or not at all. Raises InputError where there can be no such file."""
    if file is None:
        click.echo(content, nl=False)
        return
    if file.is_dir() or not file.parent.is_dir():
        what = "is a folder" if file.is_dir() else f"there is no folder {file.parent}"
        raise InputError(what, where=f"--output {file}", remedy="Name a file in a folder that exists.")
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        draft.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.replace(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def notify(line: str) -> None:
    """A line of progress, on standard error so that results can be piped."""
    click.echo(line, err=True)


def person() -> str:
    """The login name of who runs this, or the number of a user without one."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool | str | type(None)) and hasattr(value, "__add__") and not hasattr(value, "year")
