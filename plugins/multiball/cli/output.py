"""How results are shown: a table for people, CSV and JSON for scripts."""

from __future__ import annotations

import csv
import getpass
import io
import json
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click
import pyarrow as pa
import pyarrow.parquet as pq

from multiball.shapes import InputError
from multiball.warehouse.query_errors import not_displayable

_FORMULA = re.compile("'*[=+\\-@\\t\\r＝＋－＠]")


def as_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Rows in columns as wide as their longest value; numbers right-aligned, null as an empty cell."""
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


def inert(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula, with an apostrophe before it; any other value as it is.

    A text that would look like the result gets one too, so that taking one apostrophe away gives the text back.
    https://owasp.org/www-community/attacks/CSV_Injection
    """
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _csv(rows: Sequence[Sequence[Any]]) -> str:
    """Rows as CSV separated by LF, texts made `inert`. The writer's line end is CR LF, so that it also quotes a lone CR."""
    text = io.StringIO()
    lines: list[str] = []
    writer = csv.writer(text, lineterminator="\r\n")
    for row in rows:
        writer.writerow([inert(value) for value in row])
        lines.append(text.getvalue().removesuffix("\r\n"))
        text.seek(0)
        text.truncate()
    return "\n".join(lines)


def to_json(value: Sequence[Any] | Mapping[str, Any]) -> str:
    """JSON; types that it lacks (decimals, dates) are text."""
    return json.dumps(value, default=str, ensure_ascii=False, indent=2)


def parquet(table: pa.Table) -> bytes:
    """An Arrow table as a Parquet file, with its types."""
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd")
    return buffer.getvalue()


def write(content: str | bytes, file: Path | None) -> None:
    """Write to standard output, or atomically to a file. Raises InputError if the path is not usable."""
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
    """The login name of the user, or the id of one without a name."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


def _is_number(value: Any) -> bool:
    return not isinstance(value, bool | str | type(None)) and hasattr(value, "__add__") and not hasattr(value, "year")
