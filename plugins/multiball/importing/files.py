"""Which files a mapping reads, and the face that every kind of file shows: tables of cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from glob import glob
from pathlib import Path

import pyarrow as pa

from multiball.importing.mapping import Mapping as ImportMapping
from multiball.shapes import InputError

_FORMATS = {".csv": "csv", ".txt": "csv", ".tsv": "tsv", ".tab": "tsv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xlsx", ".ods": "xlsx",
            ".parquet": "parquet", ".pq": "parquet"}  # fmt: skip
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")

ROW = "#row"
"""The column of a batch that numbers its rows as a spreadsheet would: header lines count, the first line is 1."""


@dataclass
class Table:
    """A file, or one sheet of it. `read(names)` yields its cells, batch by batch, with the column `#row`.

    `broken` fills while reading: the rows that have no shape (number, reason). `where` names the table in messages.
    """

    where: str
    label: str
    columns: tuple[str, ...]
    read: Callable[[Sequence[str]], Iterator[pa.RecordBatch]]
    broken: list[tuple[int, str]] = field(default_factory=list)


def open_tables(mapping: ImportMapping, file: Path | None, variables: Mapping[str, str]) -> list[Table]:
    """The tables that the mapping reads, in order of their names; `file` overrules the mapping's path. InputError if there are none."""
    from multiball.importing.text import open_delimited, open_fixed
    from multiball.importing.typed import open_parquet, open_workbook

    layout = mapping.layout
    tables: list[Table] = []
    for path in _paths(mapping, file, variables):
        suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
        kind = layout.format or ("fixed" if layout.columns and not isinstance(layout.columns[0], str) else _FORMATS.get(suffix))
        if kind is None:
            raise InputError(
                f"the ending {suffix!r} does not tell what it is",
                where=str(path),
                remedy="Set file.format: csv, tsv, xlsx, parquet or fixed.",
            )
        if kind == "fixed" and (not layout.columns or isinstance(layout.columns[0], str)):
            raise mapping.document.wrong(
                "a fixed-width file needs columns", "List them in file.columns with name, start and width.", ("file",)
            )
        if path.stat().st_size == 0:
            raise InputError("the file is empty", where=str(path), remedy="Export it again.")
        match kind:
            case "xlsx":
                tables += open_workbook(path, layout, mapping.formats.decimal)
            case "parquet":
                tables.append(open_parquet(path))
            case "fixed":
                tables.append(open_fixed(path, layout))
            case _:
                tables.append(open_delimited(path, layout, layout.delimiter or ("\t" if kind == "tsv" else ",")))
    return tables


def _paths(mapping: ImportMapping, file: Path | None, variables: Mapping[str, str]) -> list[Path]:
    if file is not None:
        if not file.is_file():
            raise InputError("there is no such file", where=str(file), remedy="Check the path that was given on the command line.")
        return [file]
    place = ("file", "path")

    def value(match: re.Match[str]) -> str:
        if match.group(1) not in variables:
            raise mapping.document.wrong(
                f"file.path names ${{{match.group(1)}}}, which is not set",
                f"Set {match.group(1)} in the environment, or give the file itself.",
                place,
            )
        return variables[match.group(1)]

    pattern = mapping.document.path.parent / Path(_REFERENCE.sub(value, mapping.layout.path)).expanduser()
    found = [Path(path) for path in sorted(glob(str(pattern))) if Path(path).is_file()]
    if not found and pattern.is_file():
        found = [pattern]
    if not found:
        raise InputError(
            f"no file is there that {mapping.document.path.name} (line {mapping.document.line(place)}) names",
            where=str(pattern), remedy="Put it there, mend file.path, or give the file itself.",
        )  # fmt: skip
    return found


def unique_names(header: Sequence[object]) -> tuple[str, ...]:
    """Names of columns: trimmed, `column 3` where the header is empty, `name (2)` where a name comes again."""
    names: list[str] = []
    for position, written in enumerate(header, start=1):
        name = " ".join(str(written).replace("\ufeff", "").split()) or f"column {position}"
        seen = sum(1 for earlier in names if earlier == name or re.fullmatch(re.escape(name) + r" \(\d+\)", earlier))
        names.append(f"{name} ({seen + 1})" if seen else name)
    return tuple(names)


def text_batch(columns: Mapping[str, pa.Array], rows: pa.Array) -> pa.RecordBatch:
    """Cells and the numbers of their rows as one batch."""
    return pa.RecordBatch.from_arrays([*columns.values(), rows], names=[*columns, ROW])
