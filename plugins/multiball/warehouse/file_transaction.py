"""Reading and writing a raw store of files within one commit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from multiball.shapes import Entity
from multiball.warehouse.commits import Commit, DataFile, Role, State, digest_of, sync, text_of
from multiball.warehouse.file_reading import account_mark, commit_of, in_scope, newest_in
from multiball.warehouse.interface import Arrow, RawSnapshot, RawTransaction, Scope
from multiball.warehouse.raw_schema import SEQUENCE, stored_schema

if TYPE_CHECKING:
    from multiball.warehouse.raw_files import RawFiles


class FileSnapshot(RawSnapshot):
    """See `RawSnapshot`."""

    def __init__(self, store: RawFiles) -> None:
        self.store, self.state = store, store.state()
        self.sequence = self.state.sequence

    def newest(self, connector: str, entity: Entity, scope: Scope) -> pa.RecordBatchReader:
        """See `RawSnapshot.newest`; opens only files that can contain rows of the scope."""
        return newest_in(self.store, self.state, connector, entity, scope)


class FileTransaction(RawTransaction):
    """See `RawTransaction`. Batches are written as they arrive, so only one is in memory."""

    def __init__(self, store: RawFiles, state: State, moment: datetime) -> None:
        self.store, self.moment = store, moment
        self.state, self.sequence = state, state.sequence + 1
        self._added: list[DataFile] = []
        self._removed: list[str] = []
        self._written: list[Path] = []

    def append(self, connector: str, entity: Entity, arrow: Arrow, scope: Scope | None = None) -> int:
        """Write one file for the table if there is a row."""
        schema = stored_schema(entity)
        batches = arrow.to_batches() if isinstance(arrow, pa.Table) else arrow
        table = f"raw_{connector}.{entity.name}"
        with self.writer(table, schema, "changes", scope) as write:
            for batch in batches:
                number = pa.array([self.sequence], pa.int64()).take(pa.nulls(batch.num_rows, pa.int32()).fill_null(0))
                write(pa.Table.from_batches([batch]).select(schema.names[:-1]).append_column(SEQUENCE, number).cast(schema))
        return write.rows

    @contextmanager
    def writer(self, table: str, schema: pa.Schema, role: Role, scope: Scope | None = None) -> Iterator[Writer]:
        """A function that writes Arrow tables to a new file, which is part of the transaction if it has a row."""
        account = account_mark(scope.source, scope.account) if scope else None
        start, end = (f"{day:%Y%m%d}" if day else None for day in ((scope.start, scope.end) if scope else (None, None)))
        place = self.store.root / table.replace(".", "/")
        place.mkdir(parents=True, exist_ok=True)
        if not self._written:
            self.store.writing.touch()
        file = place / f"{self.sequence:020}.{len(self._written)}.parquet"
        self._written.append(file)
        writer = Writer(file, schema)
        try:
            yield writer
        finally:
            writer.close()
        if writer.rows:
            sync(file)
            path, size = str(file.relative_to(self.store.root)), file.stat().st_size
            first, last = text_of(writer.first), text_of(writer.last)
            self._added.append(DataFile(path, table, writer.rows, size, digest_of(file), role, first, last, account, start, end))

    def replace(self, file: DataFile, table: pa.Table) -> None:
        """Replace a file by one with these rows."""
        with self.writer(file.table, table.schema, file.role) as write:
            write(table)
        self.describe(file.account, file.start, file.end)
        self.remove([file])

    def describe(self, account: str | None, start: str | None, end: str | None) -> None:
        """State the account mark and the days of the file that was written last."""
        self._added[-1] = replace(self._added[-1], account=account, start=start, end=end)

    def remove(self, files: Sequence[DataFile]) -> None:
        """Take files out of the store, whose rows the transaction wrote again."""
        self._removed.extend(file.path for file in files)

    def newest(self, connector: str, entity: Entity, scope: Scope) -> pa.RecordBatchReader:
        """See `RawSnapshot.newest`."""
        return newest_in(self.store, self.state, connector, entity, scope)

    def changed_since(self, sequence: int, connector: str, entity: Entity, scope: Scope) -> bool:
        """See `RawTransaction.changed_since`; compaction counts too."""
        files = self.state.of(f"raw_{connector}.{entity.name}")
        return any(commit_of(file) > sequence and in_scope(file, scope) for file in files)

    def commit(self, kind: str, run_id: str = "", *, always: bool = False) -> State:
        """Make the rows visible: the commit in the log does."""
        if not self._added and not self._removed and not always:
            return self.state
        for place in {file.parent for file in self._written}:
            sync(place)
        runs = (run_id,) if run_id else ()
        commit = Commit(0, text_of(self.moment), kind, runs, added=tuple(self._added), removed=tuple(self._removed))
        return self.store.log.append(self.state, commit)

    def clear(self) -> None:
        """Remove the files that were not committed, and the mark of writing."""
        kept = {entry.path for entry in self._added} if self.store.log.has(self.sequence) else set()
        for file in self._written:
            if str(file.relative_to(self.store.root)) not in kept:
                file.unlink(missing_ok=True)
        self.store.writing.unlink(missing_ok=True)


class Writer:
    """Writes one Parquet file, from its first row on; counts its `rows`, and knows the `first` and `last` of their moments."""

    first, last = datetime.max, datetime.min

    def __init__(self, file: Path, schema: pa.Schema) -> None:
        self.rows = 0
        self._file, self._schema = file, schema
        self._writer: pq.ParquetWriter | None = None

    def __call__(self, table: pa.Table) -> None:
        """Write rows."""
        if table.num_rows:
            self.rows += table.num_rows
            moments = pc.min_max(table.column("_extracted_at")).as_py()
            self.first, self.last = min(self.first, moments["min"]), max(self.last, moments["max"])
            self._writer = self._writer or pq.ParquetWriter(self._file, self._schema, compression="zstd")
            self._writer.write_table(table)

    def close(self) -> None:
        """Complete the file."""
        if self._writer:
            self._writer.close()
