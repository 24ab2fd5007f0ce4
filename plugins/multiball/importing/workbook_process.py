"""Opens a spreadsheet in a process with bounds, and writes its sheets' names or one sheet's cells to standard output.

python -m multiball.importing.workbook_process FILE names
python -m multiball.importing.workbook_process FILE cells SHEET DECIMAL
"""

from __future__ import annotations

import datetime
import json
import resource
import sys
from itertools import islice

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

from multiball.importing.workbook import LARGEST, REFUSED, SECONDS

_CHUNK = 20_000


def main(file: str, what: str, sheet: str = "", decimal: str = ".") -> int:
    """Write the names as JSON, or the cells as texts, an Arrow stream; REFUSED where the file cannot be opened."""
    resource.setrlimit(resource.RLIMIT_AS, (LARGEST, LARGEST))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        workbook = CalamineWorkbook.from_path(file)
        if what == "names":
            shown = [one.name for one in workbook.sheets_metadata if one.visible == SheetVisibleEnum.Visible]
            sys.stdout.write(json.dumps({"names": list(workbook.sheet_names), "shown": shown}))
        else:
            _write(workbook, sheet, decimal)
    except (CalamineError, OSError, ValueError) as error:
        sys.stderr.write(" ".join(str(error).split()))
        return REFUSED
    return 0


def _write(workbook: CalamineWorkbook, sheet: str, decimal: str) -> None:
    rows = iter(workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False))
    first = next(rows, [])
    schema = pa.schema([(f"c{number}", pa.string()) for number in range(len(first))])
    with pa.ipc.new_stream(sys.stdout.buffer, schema) as stream:
        chunk = [first, *islice(rows, _CHUNK)] if first else []
        while chunk:
            columns = [pa.array([_text(row[at], decimal) for row in chunk], pa.string()) for at in range(len(first))]
            stream.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
            chunk = list(islice(rows, _CHUNK))


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


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
