"""The files that a mapping reads, and the functions that open each kind."""

from __future__ import annotations

import re
from collections.abc import Mapping
from glob import escape, glob
from pathlib import Path

from multiball.importing.mapping import Mapping as ImportMapping
from multiball.importing.tables import Table
from multiball.importing.text import open_delimited, open_fixed
from multiball.importing.typed import open_parquet
from multiball.importing.workbook import open_workbook
from multiball.shapes import InputError
from multiball.texts import is_there, require_file

_FORMATS = {".csv": "csv", ".txt": "csv", ".tsv": "tsv", ".tab": "tsv", ".xlsx": "xlsx", ".xlsm": "xlsx", ".xls": "xlsx", ".ods": "xlsx",
            ".parquet": "parquet", ".pq": "parquet"}  # fmt: skip
_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def open_tables(mapping: ImportMapping, file: Path | None, variables: Mapping[str, str]) -> list[Table]:
    """The tables that the mapping reads, in order of their names; `file` overrides the mapping's path. InputError if there are none."""
    layout = mapping.layout
    tables: list[Table] = []
    for path in _paths(mapping, file, variables):
        suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
        kind = layout.format or ("fixed" if layout.columns and not isinstance(layout.columns[0], str) else _FORMATS.get(suffix))
        if kind is None:
            raise InputError(
                f"the ending {suffix!r} is not a known file type",
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
        require_file(file)
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

    if "\0" in mapping.layout.path:
        raise mapping.document.wrong("file.path contains a NUL character, which is invalid in a path", "Remove it.", place)
    named = Path(_REFERENCE.sub(value, mapping.layout.path)).expanduser()
    folder = mapping.document.path.parent
    pattern = folder / named
    # the folder is a name and no pattern, whatever is in it
    found = [Path(path) for path in sorted(glob(str(Path(escape(str(folder))) / named))) if Path(path).is_file()]
    if not found and is_there(pattern):
        found = [pattern]
    if not found:
        raise InputError(
            f"no file matches file.path of {mapping.document.path.name} (line {mapping.document.line(place)})",
            where=str(folder / mapping.layout.path), remedy="Put it there, fix file.path, or give the file itself.",
        )  # fmt: skip
    for path in found:
        require_file(path)
    return found
