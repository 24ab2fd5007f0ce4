"""Spreadsheets: their cells become the text that a CSV file would have.

The library builds a sheet as a full rectangle up to its last cell, and aborts the process if that does not fit into memory. So another
process, with bounds, opens the file and writes its cells.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from multiball.documents import suggestion
from multiball.importing.mapping import Layout
from multiball.importing.tables import Table, text_batch, unique_names
from multiball.shapes import InputError

LARGEST = 4 << 30
"""The largest decompressed size of a workbook, and the most memory to open it with, in bytes."""
SECONDS = 600
"""The most processor time to open a sheet with."""
REFUSED = 2
"""The exit code with which the other process reports an error of one line."""
_NO_ROOM = ("MemoryError", "memory allocation", "capacity overflow")
"""What the other process says when a sheet is too large for its memory and it is not ended by a signal."""


def open_workbook(path: Path, layout: Layout, decimal: str) -> list[Table]:
    """The chosen sheets of a spreadsheet (XLSX, XLS, ODS). InputError if it is invalid, too large, or has no such sheet."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > LARGEST:
                raise InputError("its decompressed size is more than 4 GiB", where=str(path), remedy="Export the sheet as CSV.")
    with tempfile.TemporaryFile() as listed:
        _run(path, listed, "names")
        found = json.load(listed)
    names, shown = found["names"], found["shown"]
    wanted = (
        (shown or names)[:1]
        if layout.sheet is None
        else shown
        if layout.sheet == "*"
        else [layout.sheet]
        if isinstance(layout.sheet, str)
        else layout.sheet
    )
    for name in wanted:
        if name not in names:
            raise InputError(f"has no sheet {name!r}", where=str(path), remedy=suggestion(name, names))
    return [_sheet(path, name, layout, decimal) for name in wanted]


def _sheet(path: Path, name: str, layout: Layout, decimal: str) -> Table:
    cells = tempfile.TemporaryFile()  # noqa: SIM115 - it lasts as long as the table, and has no name
    where = f"{path}, sheet {name!r}"
    _run(path, cells, "cells", name, decimal, where=where)
    batches = pa.ipc.open_stream(cells)
    rows = (list(row) for batch in batches for row in zip(*(column.to_pylist() for column in batch.columns), strict=True))
    for _ in range(layout.skip_lines):
        next(rows, None)
    header = next(rows, None) if layout.header else list(layout.columns)
    if not header or all(cell == "" for cell in header):
        raise InputError(f"line {layout.skip_lines + 1} has no header", where=where, remedy="Check file.skip_lines and file.sheet.")
    columns = unique_names(header)

    def read(wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows after the header; those of the batch that it is in first."""
        cells.seek(0)
        number, skipped = layout.skip_lines + int(layout.header) + 1, layout.skip_lines + int(layout.header)
        positions = {column: columns.index(column) for column in wanted}
        for batch in pa.ipc.open_stream(cells):
            part = batch.slice(min(skipped, batch.num_rows))
            skipped -= batch.num_rows - part.num_rows
            if part.num_rows:
                empty = pa.array([""] * part.num_rows, pa.string())
                found = {column: part.column(at) if at < part.num_columns else empty for column, at in positions.items()}
                yield text_batch(found, pa.array(range(number, number + part.num_rows), pa.int64()))
                number += part.num_rows

    return Table(where, f"{path.name}#{name}", columns, read)


def _run(path: Path, output: IO[bytes], *what: str, where: str = "") -> None:
    """Run the other process; its output is at its beginning then. InputError if it refuses the file, or reaches a bound."""
    command: list[Any] = [sys.executable, "-m", "multiball.importing.workbook_process", str(path), *what]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE, check=False)
    output.seek(0)
    said = ended.stderr.decode(errors="replace").strip()
    if ended.returncode == 0:
        return
    remedy = "A cell far from the others, or repeated content, makes a small file huge: delete it, or export the sheet as CSV."
    if ended.returncode == -signal.SIGXCPU:
        raise InputError(f"takes more than {SECONDS // 60} minutes to open", where=where or str(path), remedy=remedy)
    if ended.returncode < 0 or any(sign in said for sign in _NO_ROOM):
        raise InputError(f"takes more than {LARGEST >> 30} GiB of memory to open", where=where or str(path), remedy=remedy)
    raise InputError(
        f"is not a spreadsheet that can be opened ({said.splitlines()[-1] if said else 'no reason given'})",
        where=where or str(path),
        remedy="Save it as XLSX without password, or set file.format.",
    )
