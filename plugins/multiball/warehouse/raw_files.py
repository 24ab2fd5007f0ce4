"""The raw store of the embedded engine: Parquet files that are only ever added.

A transaction writes its files into a folder `.pending/<token>`. Renaming that folder to `.committed/<token>` commits all of them; then
each is moved to its table. A process killed before the rename leaves nothing; for one killed after it, the next transaction moves
the files. File names contain account and days, so that a load reads only its own history.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from multiball.shapes import Entity, InputError
from multiball.warehouse.clock import next_moment
from multiball.warehouse.interface import Arrow, RawTransaction, Scope, WarehouseError, now
from multiball.warehouse.raw_schema import key_columns, raw_schema
from multiball.warehouse.restamp import move_file_stamps

SCHEMA_FILE = "_schema.parquet"
"""The empty file that defines a table's columns."""
_ANY = "any"
_MOVES, _REPLACED = "moves.json", "replaced.json"
_MOMENT = "%Y%m%dT%H%M%S%f"
ENGINE_FAILURES = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.TransactionException, duckdb.FatalException)
"""DuckDB's errors that the SQL does not cause."""


class RawFiles:
    """The tables in one folder; `<root>/raw_<connector>/<entity>/*.parquet` is a table."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def table(self, connector: str, entity: str) -> Path:
        """The folder of a table's files."""
        return self.root / f"raw_{connector}" / entity

    def ensure(self, connector: str, entity: Entity) -> None:
        """Write the table's empty file, which defines its columns, with those of fields added since."""
        file = self.table(connector, entity.name) / SCHEMA_FILE
        declared = raw_schema(entity)
        if file.exists():
            present = pq.read_schema(file)
            for column in present:
                if column.name in declared.names and declared.field(column.name).type != column.type:
                    raise changed_type(connector, entity.name, column.name, str(column.type), str(declared.field(column.name).type))
            kept = [column for column in present if column.name not in declared.names]
            declared = pa.schema([*declared, *kept])
            if present.names == declared.names:
                return
        with disk_failures(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh = file.with_name(f".{uuid.uuid4().hex}")
            pq.write_table(declared.empty_table(), fresh)
            sync(fresh)
            os.replace(fresh, file)

    @contextmanager
    def transaction(self) -> Iterator[FileTransaction]:
        """Write files that become visible together; one transaction at a time, in any process."""
        with self._locked():
            with disk_failures(self.root):
                moment = next_moment(self.clock(), self.last_moment(), str(self.root))
                self._keep_moment(moment)
            with self._writing(moment) as transaction:
                yield transaction

    def restamp(self) -> tuple[int, dict[datetime, datetime]]:
        """See `Warehouse.restamp`. After a kill it is done or not: repeat it."""
        with self._locked():
            clock = self.clock()
            files = {file: moment for file in self._files() if (moment := _moment_of(file)) > clock}
            with self._writing(clock) as transaction:
                new = move_file_stamps(transaction.replace, files, clock)
                rows = sum(pq.read_metadata(file).num_rows for file in files)
            with disk_failures(self.root):
                self._keep_moment(max(new.values(), default=clock))
        return rows, new

    @contextmanager
    def _writing(self, moment: datetime) -> Iterator[FileTransaction]:
        transaction = FileTransaction(self, self._pending / uuid.uuid4().hex, moment)
        try:
            with disk_failures(self.root):
                yield transaction
                transaction.commit(self._committed)
        finally:
            shutil.rmtree(transaction.folder, ignore_errors=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Be the only process that writes; what a killed one left is finished or removed."""
        with disk_failures(self.root):
            for folder in (self.root, self._pending, self._committed):
                folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.root / ".lock", os.O_CREAT | os.O_RDWR, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with disk_failures(self.root):
                self._recover()
            yield
        finally:
            os.close(lock)

    def settle(self) -> None:
        """Move what a killed process had committed but not moved."""
        if self._committed.exists() and any(self._committed.iterdir()):
            with self._locked():
                pass

    def clock(self) -> datetime:
        """The machine's clock, UTC."""
        return now()

    def last_moment(self) -> datetime | None:
        """The moment of the last transaction; if it was not stored, that of the newest file."""
        if self._kept_moment.exists():
            return datetime.fromisoformat(self._kept_moment.read_text())
        newest = max(self._files(), key=lambda file: file.name, default=None)
        return _moment_of(newest) if newest else None

    def _files(self) -> Iterator[Path]:
        """The data files of all tables."""
        return self.root.glob("raw_*/*/[0-9]*.parquet")

    def _keep_moment(self, moment: datetime) -> None:
        """Store the moment before anything is written at it, so that it is not used again after a kill."""
        fresh = self.root / ".moment.draft"
        fresh.write_text(moment.isoformat())
        sync(fresh)
        os.replace(fresh, self._kept_moment)

    @property
    def _kept_moment(self) -> Path:
        return self.root / ".moment"

    @property
    def _pending(self) -> Path:
        return self.root / ".pending"

    @property
    def _committed(self) -> Path:
        return self.root / ".committed"

    def _recover(self) -> None:
        for folder in self._committed.iterdir():
            move_files(folder, self.root)
        for folder in self._pending.iterdir():
            shutil.rmtree(folder)


class FileTransaction(RawTransaction):
    """See `RawTransaction`. Batches are written as they arrive, so only one is in memory."""

    def __init__(self, store: RawFiles, folder: Path, moment: datetime) -> None:
        self.store, self.folder, self.moment = store, folder, moment
        self._moves: dict[str, str] = {}
        self._replaced: list[str] = []

    def append(self, connector: str, entity: Entity, arrow: Arrow, scope: Scope | None = None) -> int:
        """Write one file for the table if there is a row."""
        schema = raw_schema(entity)
        self.folder.mkdir(exist_ok=True)
        staged = self.folder / f"{len(self._moves)}.parquet"
        rows = 0
        with pq.ParquetWriter(staged, schema, compression="zstd") as writer:
            for batch in arrow.to_batches() if isinstance(arrow, pa.Table) else arrow:
                rows += batch.num_rows
                writer.write_table(pa.Table.from_batches([batch]).select(schema.names).cast(schema))
        if rows == 0:
            staged.unlink()
            return 0
        sync(staged)
        name = f"{_file_name(self.moment, scope)}.{self.folder.name[:8]}-{len(self._moves)}.parquet"
        final = self.store.table(connector, entity.name) / name
        self._moves[staged.name] = str(final.relative_to(self.store.root))
        return rows

    def replace(self, file: Path, table: pa.Table, moment: datetime) -> None:
        """Replace a file by one with these rows and that moment."""
        self.folder.mkdir(exist_ok=True)
        staged = self.folder / f"{len(self._moves)}.parquet"
        pq.write_table(table, staged, compression="zstd")
        sync(staged)
        final = file.with_name(".".join([f"{moment:{_MOMENT}}", *file.name.split(".")[1:]]))
        self._moves[staged.name] = str(final.relative_to(self.store.root))
        self._replaced.append(str(file.relative_to(self.store.root)))

    def newest(self, connector: str, entity: Entity, scope: Scope) -> pa.RecordBatchReader:
        """See `RawTransaction.newest`; opens only files whose names allow rows of the scope."""
        table = self.store.table(connector, entity.name)
        files = [str(file) for file in sorted(table.glob("*.parquet")) if in_scope(file.name, scope)]
        connection = duckdb.connect(config={"threads": 2})
        return connection.sql(
            newest_sql("read_parquet($files, union_by_name = true)", entity, scope), params={"files": files, **parameters(scope)}
        ).to_arrow_reader()

    def commit(self, committed: Path) -> None:
        """Make the rows visible: the rename commits, the moves follow."""
        if not self._moves:
            return
        for name, content in ((_MOVES, self._moves), (_REPLACED, self._replaced)):
            (self.folder / name).write_text(json.dumps(content))
            sync(self.folder / name)
        sync(self.folder)
        target = committed / self.folder.name
        os.replace(self.folder, target)
        sync(committed)
        move_files(target, self.store.root)


def move_files(folder: Path, root: Path) -> None:
    """Move a committed transaction's files to their tables. Idempotent."""
    moves: dict[str, str] = _listed(folder / _MOVES) or {}
    for staged, final in moves.items():
        if (folder / staged).exists():
            (root / final).parent.mkdir(parents=True, exist_ok=True)
            os.replace(folder / staged, root / final)
            sync((root / final).parent)
    for replaced in _listed(folder / _REPLACED) or []:
        (root / replaced).unlink(missing_ok=True)
    shutil.rmtree(folder)


def _listed(file: Path) -> Any:
    return json.loads(file.read_text()) if file.exists() else None


def newest_sql(relation: str, entity: Entity, scope: Scope) -> str:
    """SQL of the newest vintage of each row in the scope, for both engines: `$source`, `$account`, `$start`, `$end` are its parameters."""
    keys = [f'"{name}"' for name in key_columns(entity)]
    columns = dict.fromkeys([*keys, *([f'"{entity.report_date}"'] if entity.report_date else []), "_row_hash", "_deleted", "_extracted_at"])
    days = f'and "{entity.report_date}" between $start and $end' if scope.start and entity.report_date else ""
    return f"""
        select {", ".join(columns)} from (
            select {", ".join(columns)},
                row_number() over (partition by {", ".join(keys)} order by _extracted_at desc, _run_id desc) as vintage
            from {relation}
            where _source = $source and _account = $account {days}
        ) as vintages
        where vintage = 1"""


def parameters(scope: Scope) -> dict[str, str | date]:
    """The parameters of `newest_sql`."""
    days = {"start": scope.start, "end": scope.end} if scope.start and scope.end else {}
    return {"source": scope.source, "account": scope.account, **days}


def in_scope(name: str, scope: Scope) -> bool:
    """Whether a file of that name can contain rows of the scope."""
    if name == SCHEMA_FILE:
        return True
    _, account, start, end, _, _ = name.split(".")
    if account not in (_ANY, _account_mark(scope)):
        return False
    if _ANY in (start, end) or scope.start is None or scope.end is None:
        return True
    return start <= f"{scope.end:%Y%m%d}" and end >= f"{scope.start:%Y%m%d}"


def changed_type(connector: str, entity: str, column: str, present: str, declared: str) -> InputError:
    """The error for a field whose declared type is no longer that of its raw column."""
    return InputError(
        f"column {column} has type {present}, and the entity declares {declared}",
        where=f"raw_{connector}.{entity}",
        remedy="Raw is never rewritten: restore the field's type, or give it a new name.",
    )


@contextmanager
def disk_failures(where: Path) -> Iterator[None]:
    """Turn failures of the disk into a WarehouseError of one line."""
    try:
        yield
    except (OSError, *ENGINE_FAILURES) as error:
        full = "No space left" in str(error) or (isinstance(error, OSError) and error.errno in (errno.EDQUOT, errno.EFBIG))
        remedy = "Free space there and run it again; what was there before is unchanged." if full else "Fix that and run it again."
        if isinstance(error, duckdb.OutOfMemoryException) and not full:
            remedy = "Raise MULTIBALL_MEMORY_LIMIT and run it again."
        said = " ".join(str(error).partition("Possible solutions:")[0].split())
        raise WarehouseError(f"{where}: could not write ({said}). {remedy}") from error


def _file_name(moment: datetime, scope: Scope | None) -> str:
    account = _account_mark(scope) if scope else _ANY
    days = [f"{day:%Y%m%d}" if day else _ANY for day in ((scope.start, scope.end) if scope else (None, None))]
    return ".".join([f"{moment:{_MOMENT}}", account, *days])


def _moment_of(file: Path) -> datetime:
    return datetime.strptime(file.name.split(".")[0], _MOMENT)


def _account_mark(scope: Scope) -> str:
    return hashlib.sha256(f"{scope.source}\n{scope.account}".encode()).hexdigest()[:12]


def sync(path: Path) -> None:
    """Sync a file, or a folder's entries, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
