"""Takes the raw files of a release without a commit log into the log, once.

Those releases named a file `<moment>.<account>.<start>.<end>.<token>-<number>.parquet`, where `any` stands for no limit, defined the
columns of a table by an empty `_schema.parquet`, and moved a committed load's files from `.committed/<token>` to their tables. The files
stay as they are; their rows have no commit's number, read as 0, so that their moments decide their order, as they did.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from multiball.warehouse.commits import Commit, DataFile, Log, State, Table, digest_of, sync, text_of
from multiball.warehouse.interface import WarehouseError
from multiball.warehouse.raw_schema import ARROW_TYPES, VINTAGE_COLUMNS

SCHEMA_FILE = "_schema.parquet"
_KINDS = {arrow: kind for kind, arrow in ARROW_TYPES.items()}


def is_older(root: Path) -> bool:
    """Whether the folder holds raw files of a release without a log, which are not yet part of one."""
    return not Log(root).exists() and next(root.glob(f"raw_*/*/{SCHEMA_FILE}"), None) is not None


def adopt(root: Path) -> State:
    """Write the first commit, of all files that are there. Hold the store's lock. A kill leaves it done or not."""
    _finish_moves(root)
    files = [file for table in sorted(root.glob("raw_*/*/")) for file in _files(root, table)]
    tables = {_name(file.parent): _definition(file) for file in sorted(root.glob(f"raw_*/*/{SCHEMA_FILE}"))}
    kept = root / ".moment"
    moments = [file.last for file in files] + ([kept.read_text().strip()] if kept.exists() else [])
    commit = Commit(0, max(moments, default=""), "adoption", tables=tables, added=tuple(files))
    state = Log(root).append(State(), commit)
    for done in (*root.glob(f"raw_*/*/{SCHEMA_FILE}"), root / ".moment"):
        done.unlink(missing_ok=True)
    return state


def _finish_moves(root: Path) -> None:
    """Do what a killed process of that release had committed and not moved; remove what it had not committed."""
    for folder in root.glob(".committed/*/"):
        for staged, final in _listed(folder / "moves.json", {}).items():
            if (folder / staged).exists():
                (root / final).parent.mkdir(parents=True, exist_ok=True)
                os.replace(folder / staged, root / final)
                sync((root / final).parent)
        for replaced in _listed(folder / "replaced.json", []):
            (root / replaced).unlink(missing_ok=True)
    for name in (".committed", ".pending"):
        shutil.rmtree(root / name, ignore_errors=True)


def _files(root: Path, table: Path) -> Iterator[DataFile]:
    for path in sorted(table.glob("[0-9]*.parquet")):
        try:
            moments = pc.min_max(pq.read_table(path, columns=["_extracted_at"]).column(0)).as_py()
            rows = pq.read_metadata(path).num_rows
        except (OSError, pa.ArrowInvalid) as error:
            what = str(error).splitlines()[0]
            raise WarehouseError(
                f"{path} is not a readable Parquet file ({what}). Restore it, or move it away and load its source again."
            ) from error
        _, account, start, end, *_ = path.name.split(".")
        known = [None if part == "any" else part for part in (account, start, end)]
        first, last = text_of(moments["min"]), text_of(moments["max"])
        yield DataFile(
            str(path.relative_to(root)), _name(table), rows, path.stat().st_size, digest_of(path), "changes", first, last, *known
        )


def _definition(file: Path) -> Table:
    """The columns of a table; its key is not known before an entity defines it."""
    columns = {field.name: _KINDS[field.type] for field in pq.read_schema(file)}
    own = {name: kind for name, kind in columns.items() if name not in VINTAGE_COLUMNS}
    return Table({**own, **VINTAGE_COLUMNS}, (), None)


def _name(table: Path) -> str:
    return f"{table.parent.name}.{table.name}"


def _listed(file: Path, nothing: Any) -> Any:
    return json.loads(file.read_text()) if file.exists() else nothing
