"""The raw store of the embedded engine: Parquet files that are only ever added.

A transaction writes its files into a folder `.pending/<token>`; renaming that folder to `.committed/<token>` is the one moment at which
all of them count; then each is moved to its table. A process killed before that moment leaves nothing, one killed after it leaves moves
that the next transaction makes. File names carry the account and the days they are about, so that a load reads no history but its own.
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

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from multiball.shapes import Entity, InputError
from multiball.warehouse.face import Arrow, RawTransaction, Scope, WarehouseError, now
from multiball.warehouse.shape import key_columns, raw_schema

_SCHEMA_FILE = "_schema.parquet"
_ANY = "any"
ENGINE_FAILURES = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.TransactionException, duckdb.FatalException)
"""What DuckDB raises through no fault of the SQL."""


class RawFiles:
    """The tables below one folder; `<root>/raw_<connector>/<entity>/*.parquet` is a table."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def table(self, connector: str, entity: str) -> Path:
        """The folder of a table's files."""
        return self.root / f"raw_{connector}" / entity

    def ensure(self, connector: str, entity: Entity) -> None:
        """Write the table's empty file, which gives it its columns; fields added since then become columns of it."""
        file = self.table(connector, entity.name) / _SCHEMA_FILE
        wanted = raw_schema(entity)
        if file.exists():
            present = pq.read_schema(file)
            for column in present:
                if column.name in wanted.names and wanted.field(column.name).type != column.type:
                    raise changed_type(connector, entity.name, column.name, str(column.type), str(wanted.field(column.name).type))
            kept = [column for column in present if column.name not in wanted.names]
            wanted = pa.schema([*wanted, *kept])
            if present.names == wanted.names:
                return
        with plain_failures(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            fresh = file.with_name(f".{uuid.uuid4().hex}")
            pq.write_table(wanted.empty_table(), fresh)
            sync(fresh)
            os.replace(fresh, file)

    @contextmanager
    def transaction(self) -> Iterator[FileTransaction]:
        """Write files that become visible together; one transaction at a time, in any process."""
        with plain_failures(self.root):
            for folder in (self.root, self._pending, self._committed):
                folder.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.root / ".lock", os.O_CREAT | os.O_RDWR, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._recover()
            transaction = FileTransaction(self, self._pending / uuid.uuid4().hex)
            try:
                with plain_failures(self.root):
                    yield transaction
                    transaction.commit(self._committed)
            finally:
                shutil.rmtree(transaction.folder, ignore_errors=True)
        finally:
            os.close(lock)

    def settle(self) -> None:
        """Finish what a killed process had committed and not moved."""
        if self._committed.exists() and any(self._committed.iterdir()):
            with self.transaction():
                pass

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
    """See `RawTransaction`. Its files are written as they come, so memory holds one batch."""

    def __init__(self, store: RawFiles, folder: Path) -> None:
        self.store, self.folder, self.moment = store, folder, now()
        self._moves: dict[str, str] = {}

    def append(self, connector: str, entity: Entity, arrow: Arrow, scope: Scope | None = None) -> int:
        """Write one file for the table, unless there is no row."""
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

    def newest(self, connector: str, entity: Entity, scope: Scope) -> pa.RecordBatchReader:
        """See `RawTransaction.newest`; opens only files whose names say that they can hold rows of the scope."""
        table = self.store.table(connector, entity.name)
        files = [str(file) for file in sorted(table.glob("*.parquet")) if in_scope(file.name, scope)]
        connection = duckdb.connect(config={"threads": 2})
        return connection.sql(
            newest_sql("read_parquet($files, union_by_name = true)", entity, scope), params={"files": files, **parameters(scope)}
        ).to_arrow_reader()

    def commit(self, committed: Path) -> None:
        """Make the rows visible: the rename is the moment, the moves follow from it."""
        if not self._moves:
            return
        moves = self.folder / "moves.json"
        moves.write_text(json.dumps(self._moves))
        sync(moves)
        sync(self.folder)
        target = committed / self.folder.name
        os.replace(self.folder, target)
        sync(committed)
        move_files(target, self.store.root)


def move_files(folder: Path, root: Path) -> None:
    """Move a committed transaction's files to their tables; can be repeated after any interruption."""
    list_of_moves = folder / "moves.json"
    moves: dict[str, str] = json.loads(list_of_moves.read_text()) if list_of_moves.exists() else {}
    for staged, final in moves.items():
        if (folder / staged).exists():
            (root / final).parent.mkdir(parents=True, exist_ok=True)
            os.replace(folder / staged, root / final)
            sync((root / final).parent)
    shutil.rmtree(folder)


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
    """Whether a file of that name can hold rows of the scope."""
    if name == _SCHEMA_FILE:
        return True
    _, account, start, end, _, _ = name.split(".")
    if account not in (_ANY, _account_mark(scope)):
        return False
    if _ANY in (start, end) or scope.start is None or scope.end is None:
        return True
    return start <= f"{scope.end:%Y%m%d}" and end >= f"{scope.start:%Y%m%d}"


def changed_type(connector: str, entity: str, column: str, present: str, wanted: str) -> InputError:
    """The error for a field whose declared type is not that of its raw column any more."""
    return InputError(
        f"column {column} holds {present}, and the entity declares {wanted}",
        where=f"raw_{connector}.{entity}",
        remedy="Raw is never rewritten: give the field back its type, or a new name.",
    )


@contextmanager
def plain_failures(where: Path) -> Iterator[None]:
    """Turn the failures of a disk into one plain line."""
    try:
        yield
    except (OSError, *ENGINE_FAILURES) as error:
        full = "No space left" in str(error) or (isinstance(error, OSError) and error.errno in (errno.EDQUOT, errno.EFBIG))
        remedy = "Free space there and run it again; what was there before is unharmed." if full else "Mend that and run it again."
        if isinstance(error, duckdb.OutOfMemoryException) and not full:
            remedy = "Raise MULTIBALL_MEMORY_LIMIT and run it again."
        said = " ".join(str(error).partition("Possible solutions:")[0].split())
        raise WarehouseError(f"{where}: could not write ({said}). {remedy}") from error


def _file_name(moment: datetime, scope: Scope | None) -> str:
    account = _account_mark(scope) if scope else _ANY
    days = [f"{day:%Y%m%d}" if day else _ANY for day in ((scope.start, scope.end) if scope else (None, None))]
    return ".".join([f"{moment:%Y%m%dT%H%M%S%f}", account, *days])


def _account_mark(scope: Scope) -> str:
    return hashlib.sha256(f"{scope.source}\n{scope.account}".encode()).hexdigest()[:12]


def sync(path: Path) -> None:
    """Have the operating system put a file, or a folder's names, on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
