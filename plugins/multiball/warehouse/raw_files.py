"""The raw store of the embedded engine: Parquet files that are only ever added, and the log of commits that says which of them count.

A transaction writes its files under the number of the next commit. Writing the commit makes all of them part of the store; without
it the next transaction removes them. No file is read whose bytes are not those that were committed.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from multiball.shapes import Entity, InputError
from multiball.sql import literal
from multiball.warehouse import vintages
from multiball.warehouse.adoption import SCHEMA_FILE, adopt, is_older
from multiball.warehouse.clock import next_moment
from multiball.warehouse.commits import RESTORE, Commit, DataFile, Log, Role, State, Table, altered, digest_of, sync, text_of
from multiball.warehouse.interface import Arrow, RawSnapshot, RawTransaction, Scope, WarehouseError, now
from multiball.warehouse.raw_schema import SEQUENCE, key_columns, raw_columns, stored_schema
from multiball.warehouse.restamp import move_file_stamps

ENGINE_FAILURES = (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.TransactionException, duckdb.FatalException)
"""DuckDB's errors that the SQL does not cause."""
_DUCKDB = {"string": "varchar"}


class RawFiles:
    """The tables in one folder: their files are `<root>/raw_<connector>/<entity>/*.parquet`, as far as the log names them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log = Log(root)
        self._verified: set[tuple[str, int, int, int]] = set()

    def folder(self, connector: str, entity: str) -> Path:
        """The folder of a table's files."""
        return self.root / f"raw_{connector}" / entity

    def state(self) -> State:
        """The state of the store: its tables and files. Files of a release without a log are taken into it first."""
        with disk_failures(self.root):
            older = is_older(self.root)
        if older:
            with self.locked():
                pass
        with disk_failures(self.root):
            return self.log.read()

    def ensure(self, connector: str, entity: Entity) -> None:
        """Define the table, or add columns for fields added since. InputError for a changed type."""
        if self._definition(self.state(), connector, entity) is None:
            return
        with self.locked() as state:
            if definition := self._definition(state, connector, entity):
                name, moment = f"raw_{connector}.{entity.name}", max(text_of(self.clock()), state.moment)
                # what a file's rows are among the others depends on the key
                is_rekeyed = name in state.tables and state.tables[name].key != definition.key
                files = tuple(replace(file, role="changes") for file in state.of(name)) if is_rekeyed else ()
                with disk_failures(self.root):
                    self.log.append(state, Commit(0, moment, "definition", tables={name: definition}, added=files))

    def _definition(self, state: State, connector: str, entity: Entity) -> Table | None:
        """The table's new definition; None if it has that."""
        name, wanted = f"raw_{connector}.{entity.name}", raw_columns(entity)
        present = state.tables.get(name)
        columns = dict(present.columns) if present else {}
        for column, kind in columns.items():
            if wanted.get(column, kind) != kind:
                raise changed_type(connector, entity.name, column, kind, wanted[column])
        definition = Table({**wanted, **columns}, tuple(key_columns(entity)), entity.report_date)
        return None if present and _is_same(definition, present) else definition

    @contextmanager
    def transaction(self, run_id: str = "", at: datetime | None = None) -> Iterator[FileTransaction]:
        """Write files that become visible together; one transaction at a time, in any process."""
        with self.locked() as state:
            last = datetime.fromisoformat(state.moment) if state.moment else None
            with disk_failures(self.root):
                moment = next_moment(at or self.clock(), last, str(self.root))
                self.log.keep_last(replace(state, moment=text_of(moment)))
            with self._writing(state, moment) as transaction:
                yield transaction
                transaction.commit("landing", run_id)

    def restamp(self) -> tuple[int, dict[datetime, datetime]]:
        """See `Warehouse.restamp`: a commit that replaces the files with later stamps. After a kill it is done or not: repeat it."""
        with self.locked() as state:
            clock = self.clock()
            late = {file: self.verified(file) for file in state.files.values() if file.last > text_of(clock)}
            with self._writing(state, clock) as transaction:
                new = move_file_stamps(transaction.replace, late, clock)
                transaction.moment = max(new.values(), default=clock)
                after = transaction.commit("restamp", always=True)
            with disk_failures(self.root):
                self.log.checkpoint(after)
        return sum(file.rows for file in late), new

    @contextmanager
    def replacing(self) -> Iterator[FileTransaction]:
        """A transaction that writes rows of the store again in other files; the caller commits it."""
        with self.locked() as state, self._writing(state, datetime.fromisoformat(max(text_of(self.clock()), state.moment))) as transaction:
            yield transaction

    @contextmanager
    def _writing(self, state: State, moment: datetime) -> Iterator[FileTransaction]:
        transaction = FileTransaction(self, state, moment)
        try:
            with disk_failures(self.root):
                yield transaction
        finally:
            transaction.clear()

    @contextmanager
    def locked(self) -> Iterator[State]:
        """Be the only process that writes; what a killed one left is removed."""
        with disk_failures(self.root):
            self.root.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.root / ".lock", os.O_CREAT | os.O_RDWR, 0o644)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            with disk_failures(self.root):
                state = adopt(self.root) if is_older(self.root) else self.log.read()
                self._sweep(state)
            yield state
        finally:
            os.close(lock)

    def _sweep(self, state: State) -> None:
        """Remove the files that a killed transaction wrote and did not commit: their numbers follow the last commit's."""
        if self.writing.exists():
            for file in self.root.glob("raw_*/*/*.parquet"):
                number = file.name.partition(".")[0]
                if number.isdigit() and int(number) > state.sequence:
                    file.unlink()
            self.writing.unlink()

    @property
    def writing(self) -> Path:
        """A mark that a transaction is writing files."""
        return self.root / ".writing"

    def clock(self) -> datetime:
        """The machine's clock, UTC."""
        return now()

    def last_moment(self) -> datetime | None:
        """The moment of the last transaction."""
        moment = self.state().moment
        return datetime.fromisoformat(moment) if moment else None

    def verified(self, file: DataFile) -> Path:
        """The path of a committed file. WarehouseError if it is missing or its bytes are not those that were committed.

        A file is read once in a process for this, and again if its size or time has changed.
        """
        path = self.root / file.path
        try:
            found = path.stat()
            mark = (file.path, found.st_size, found.st_mtime_ns, found.st_ino)
            if mark not in self._verified:
                if found.st_size != file.bytes or digest_of(path) != file.sha256:
                    raise altered(path)
                self._verified.add(mark)
        except FileNotFoundError as error:
            raise WarehouseError(f"{path} is missing. {RESTORE}") from error
        return path

    def faults(self, *, read_all: bool) -> Iterator[str]:
        """A line for each file that is missing, altered, cut off, or not part of any commit; the bytes of all with `read_all`."""
        yield from self.log.verify()
        state = self.state()
        for file in state.files.values():
            path = self.root / file.path
            try:
                is_whole = path.stat().st_size == file.bytes and (not read_all or digest_of(path) == file.sha256)
            except FileNotFoundError:
                yield f"{path} is missing. {RESTORE}"
            else:
                if not is_whole:
                    yield str(altered(path))
        yield from self.strays(state)

    def strays(self, state: State) -> Iterator[str]:
        """A line for each file in a table's folder that no commit names; none of them is ever read."""
        with disk_failures(self.root):
            found = {str(path.relative_to(self.root)) for path in self.root.glob("raw_*/*/*") if path.name != SCHEMA_FILE}
        being_written = f"{state.sequence + 1:020}." if self.writing.exists() else "-"
        for path in sorted(found - state.files.keys() - state.removed.keys()):
            if not path.rpartition("/")[2].startswith(being_written):
                yield f"{self.root / path} is not part of any commit and is not read. Move it away, or import it."

    def rows(self, state: State, table: str, files: Sequence[DataFile]) -> str:
        """SQL for DuckDB of the rows of a table's files, with all its columns."""
        columns = state.tables[table].columns
        typed = ", ".join(f'cast(null as {_DUCKDB.get(kind, kind)}) as "{name}"' for name, kind in {**columns, SEQUENCE: "bigint"}.items())
        empty = f"select {typed} where false"
        if not files:
            return empty
        paths = ", ".join(literal(str(self.verified(file))) for file in files)
        stored = f"{empty} union all by name select * from read_parquet([{paths}], union_by_name = true)"
        return f"select * replace (coalesce({SEQUENCE}, 0) as {SEQUENCE}) from ({stored})"

    def vintages(self, state: State, table: str) -> str:
        """SQL for DuckDB of all vintages."""
        return self.rows(state, table, state.of(table))

    def states(self, state: State, table: str, as_of: datetime | None = None) -> str:
        """SQL for DuckDB of the state of each row (`vintages.state`), as of a moment.

        Rows of `current` files are not compared with each other. Before a file that holds both older and newer rows than the moment, or
        whose role newer rows decided, all vintages are compared.
        """
        defined = state.tables[table]
        columns = [f'"{name}"' for name in (*defined.columns, SEQUENCE)]
        key = [f'"{name}"' for name in defined.key]
        until = text_of(as_of) if as_of else "9999"
        files = [file for file in state.of(table) if file.first <= until or file.role != "changes"]
        if any(file.last > until for file in files):
            known = f"(select * from ({self.vintages(state, table)}) where _extracted_at <= timestamp {literal(str(as_of))})"
            return vintages.state(known, columns, key)
        changes, current = (self.rows(state, table, [file for file in files if file.role == role]) for role in ("changes", "current"))
        if not any(file.role == "current" for file in files):
            return vintages.state(f"({changes})", columns, key)
        if not any(file.role == "changes" for file in files):
            return f"select {', '.join(columns)} from ({current})"
        same = " and ".join(f"c.{name} is not distinct from t.{name}" for name in (*vintages.SCOPE, *key))
        touched = f"(select * from current as c where exists (select 1 from touched as t where {same}) union all from changes)"
        return f"""
            with
                changes as ({changes}),
                current as ({current}),
                touched as materialized (select distinct {", ".join([*vintages.SCOPE, *key])} from changes)
            select {", ".join(columns)} from current as c where not exists (select 1 from touched as t where {same})
            union all ({vintages.state(touched, columns, key)})"""


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


def _is_same(one: Table, other: Table) -> bool:
    """Whether two definitions have the same columns, in any order, and the same key."""
    return dict(one.columns) == dict(other.columns) and (one.key, one.report_date) == (other.key, other.report_date)


def newest_in(store: RawFiles, state: State, connector: str, entity: Entity, scope: Scope) -> pa.RecordBatchReader:
    """See `RawSnapshot.newest`, in a state of the store."""
    table = f"raw_{connector}.{entity.name}"
    files = [file for file in state.of(table) if file.role != "history" and in_scope(file, scope)]
    if not files:  # to start an engine takes longer than most loads need to compare
        columns = newest_columns(entity)
        return pa.schema([stored_schema(entity).field(name) for name in columns]).empty_table().to_reader()
    rows = store.rows(state, table, files)
    return duckdb.connect(config={"threads": 2}).sql(newest_sql(f"({rows})", entity, scope), params=parameters(scope)).to_arrow_reader()


def newest_columns(entity: Entity) -> list[str]:
    """The columns that a load compares by."""
    day = [entity.report_date] if entity.report_date else []
    return list(dict.fromkeys([*key_columns(entity), *day, "_row_hash", "_deleted", "_extracted_at"]))


def newest_sql(relation: str, entity: Entity, scope: Scope) -> str:
    """SQL of the newest vintage of each row in the scope, for both engines: `$source`, `$account`, `$start`, `$end` are its parameters."""
    key = [f'"{name}"' for name in key_columns(entity)]
    columns = [f'"{name}"' for name in newest_columns(entity)]
    days = f'and "{entity.report_date}" between $start and $end' if scope.start and entity.report_date else ""
    scoped = f"(select * from {relation} as stored where _source = $source and _account = $account {days}) as scoped"
    return vintages.newest(scoped, columns, key)


def parameters(scope: Scope) -> dict[str, str | date]:
    """The parameters of `newest_sql`."""
    days = {"start": scope.start, "end": scope.end} if scope.start and scope.end else {}
    return {"source": scope.source, "account": scope.account, **days}


def account_mark(source: str, account: str) -> str:
    """The mark of an account in the log, which lists no account in clear."""
    return hashlib.sha256(f"{source}\n{account}".encode()).hexdigest()[:12]


def commit_of(file: DataFile) -> int:
    """The number of the commit that wrote the file; 0 for one of a release without numbers."""
    number = file.path.rpartition("/")[2].partition(".")[0]
    return int(number) if number.isdigit() else 0


def in_scope(file: DataFile, scope: Scope) -> bool:
    """Whether a file can contain rows of the scope."""
    if file.account is not None and file.account != account_mark(scope.source, scope.account):
        return False
    if file.start is None or file.end is None or scope.start is None or scope.end is None:
        return True
    return file.start <= f"{scope.end:%Y%m%d}" and file.end >= f"{scope.start:%Y%m%d}"


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
