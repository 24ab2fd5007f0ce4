"""Spreadsheets and Parquet: their typed cells are converted to the text that a CSV file would have."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from multiball.documents import suggestion
from multiball.importing.mapping import Layout
from multiball.importing.tables import Table, text_batch, unique_names
from multiball.shapes import InputError

_CHUNK = 20_000
_LARGEST = 4 << 30
"""The largest decompressed size of a workbook in bytes."""


def open_workbook(path: Path, layout: Layout, decimal: str) -> list[Table]:
    """The chosen sheets of a spreadsheet (XLSX, XLS, ODS). InputError if it is invalid, or has no such sheet."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > _LARGEST:
                raise InputError("its decompressed size is more than 4 GiB", where=str(path), remedy="Export the sheet as CSV.")
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        names = list(workbook.sheet_names)
        shown = [sheet.name for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible]
    except (CalamineError, OSError, ValueError) as error:
        raise InputError(
            f"is not a spreadsheet that can be opened ({error})",
            where=str(path),
            remedy="Save it as XLSX without password, or set file.format.",
        ) from error
    wanted = (
        (shown or names)[:1]
        if layout.sheet is None
        else shown
        if layout.sheet == "*"
        else [layout.sheet]
        if isinstance(layout.sheet, str)
        else layout.sheet
    )
    tables = []
    for name in wanted:
        if name not in names:
            raise InputError(f"there is no sheet {name!r}", where=str(path), remedy=suggestion(name, names))
        tables.append(_sheet(path, workbook, name, layout, decimal))
    return tables


def _sheet(path: Path, workbook: Any, name: str, layout: Layout, decimal: str) -> Table:
    sheet = workbook.get_sheet_by_name(name)
    rows = iter(sheet.to_python(skip_empty_area=False))
    where = f"{path}, sheet {name!r}"
    for _ in range(layout.skip_lines):
        next(rows, None)
    header = next(rows, None) if layout.header else list(layout.columns)
    if not header or all(cell == "" for cell in header):
        raise InputError(f"line {layout.skip_lines + 1} has no header", where=where, remedy="Check file.skip_lines and file.sheet.")
    columns = unique_names(header)

    def read(wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
        number = layout.skip_lines + int(layout.header) + 1
        positions = {column: columns.index(column) for column in wanted}
        while chunk := list(islice(rows, _CHUNK)):
            cells = {
                column: pa.array([_text(row[at], decimal) if at < len(row) else "" for row in chunk], pa.string())
                for column, at in positions.items()
            }  # fmt: skip
            yield text_batch(cells, pa.array(range(number, number + len(chunk)), pa.int64()))
            number += len(chunk)

    return Table(where, f"{path.name}#{name}", columns, read)


def _text(cell: object, decimal: str) -> str:
    """A cell as text: numbers with the mapping's decimal sign, dates in ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return _float(cell).replace(".", decimal)
    return cell.isoformat(" ") if isinstance(cell, datetime.datetime) else str(cell)


def _float(cell: float) -> str:
    """A number as text. With more than 15 digits, the precision of a sheet, it is written so that lost digits of an id are detected."""
    if cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    digits = str(int(cell)) if cell.is_integer() and 1e15 <= cell < 1e16 else ""
    return f"{digits[0]}.{digits[1:15]}E+15" if digits[15:] == "0" else repr(cell)


def open_parquet(path: Path) -> Table:
    """A Parquet file; its columns keep their types until they are converted to text."""
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise InputError(
            f"is not a Parquet file ({error})", where=str(path), remedy="It may be cut off: fetch it again, or set file.format."
        ) from error

    names = file.schema_arrow.names
    if twice := [name for name in names if names.count(name) > 1]:
        raise InputError(f"has several columns with the name {twice[0]!r}", where=str(path), remedy="Give each column a name of its own.")
    written = dict(zip(unique_names(names), names, strict=True))

    def read(wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
        number = 1
        try:
            for batch in file.iter_batches(batch_size=100_000, columns=[written[name] for name in wanted]):
                rows = pa.array(range(number, number + batch.num_rows), pa.int64())
                yield text_batch({name: batch.column(written[name]) for name in wanted}, rows)
                number += batch.num_rows
        except (pa.ArrowInvalid, OSError) as error:
            raise InputError(f"row {number} and later cannot be read ({error})", where=str(path), remedy="Fetch it again.") from error

    return Table(str(path), path.name, tuple(written), read)
