"""Merges the small files of a raw table, so that a build reads each current row once and few files.

Rows stay as they are, each with its own moment, run and commit. They are only sorted into files by role: newest vintages, those that newer
ones replaced, and the rows of deleted keys; each by account, day and key. It is a commit of its own: after a kill it is done or not.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from multiball.sql import literal
from multiball.warehouse import file_reading, vintages
from multiball.warehouse.commits import DataFile, Role, Table, text_of
from multiball.warehouse.disk import disk_failures
from multiball.warehouse.file_reading import account_mark
from multiball.warehouse.file_transaction import FileTransaction
from multiball.warehouse.raw_files import RawFiles
from multiball.warehouse.raw_schema import ARROW_TYPES, SEQUENCE

FILES = 32
"""A table whose new files are more than this is compacted."""
SHARE = 10
"""All of a table is sorted anew when its new rows are at least one in this many; before that, new files are only merged with each other."""
GRACE = timedelta(days=1)
"""How long a file that was merged stays on disk for builds that still read it."""
_ROWS_PER_FILE = 500_000
_BATCH = 50_000
_ROLES: tuple[Role, ...] = ("current", "changes", "history")


def compact(store: RawFiles, memory_limit: str, scratch: Path) -> int:
    """Compact every table that needs it, and remove files merged long ago. Returns the number of tables.

    Does nothing while another process compacts. Landing can continue: only the commit needs the store's lock.
    """
    with _alone(store) as alone:
        if not alone:
            return 0
        state = store.state()
        tables = [name for name, table in state.tables.items() if table.key and _is_due(state.of(name))]
        for name in tables:
            _compact(store, name, memory_limit, scratch)
        if tables or state.removed:
            _remove_merged(store)
    return len(tables)


def _is_due(files: list[DataFile]) -> bool:
    return sum(file.role == "changes" for file in files) > FILES


def _compact(store: RawFiles, name: str, memory_limit: str, scratch: Path) -> None:
    """One table, under the store's lock: what is read is what is replaced."""
    with store.replacing() as transaction, disk_failures(store.root):
        files = transaction.state.of(name)
        changes, current = ([file for file in files if file.role == role] for role in ("changes", "current"))
        new, known = (sum(file.rows for file in group) for group in (changes, current))
        if current and new * SHARE < known:
            _merge(transaction, name, changes)
        else:
            _sort(transaction, name, [*changes, *current], memory_limit, scratch)
        transaction.commit("compaction")


def _merge(transaction: FileTransaction, name: str, files: list[DataFile]) -> None:
    """New files into one, in the order in which they came."""
    store, table = transaction.store, transaction.state.tables[name]
    with duckdb.connect(config={"threads": 2}) as connection:
        rows = connection.sql(f"select * from ({file_reading.rows(store, transaction.state, name, files)}) order by {_order(table)}")
        _write(transaction, name, table, "changes", rows.to_arrow_reader(_BATCH))
    transaction.remove(files)


def _sort(transaction: FileTransaction, name: str, files: list[DataFile], memory_limit: str, scratch: Path) -> None:
    """New files and current ones into files by role."""
    store, table = transaction.store, transaction.state.tables[name]
    scratch.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"threads": 2, "memory_limit": memory_limit, "temp_directory": str(scratch)}) as connection:
        relation = f"({file_reading.rows(store, transaction.state, name, files)}) as stored"
        connection.execute(f"create table sorted as {vintages.roles(relation, _key(table))}")
        for role in _ROLES:
            rows = connection.sql(f"select * exclude (_role) from sorted where _role = {literal(role)} order by {_order(table)}")
            _write(transaction, name, table, role, rows.to_arrow_reader(_BATCH))
    transaction.remove(files)


def _write(transaction: FileTransaction, name: str, table: Table, role: Role, batches: pa.RecordBatchReader) -> None:
    """Write sorted rows into files of bounded length, each with its account, if it has one, and its days."""
    fields = [(column, ARROW_TYPES[kind]) for column, kind in table.columns.items()]  # type: ignore[index]
    schema = pa.schema([*fields, (SEQUENCE, pa.int64())])
    waiting = iter(batches)
    while (first := next(waiting, None)) is not None:
        if first.num_rows == 0:
            continue
        span = _Span(table.report_date)
        with transaction.writer(name, schema, role) as write:
            while first is not None:
                part = pa.Table.from_batches([first]).select(schema.names).cast(schema)
                write(part)
                span.add(part)
                first = next(waiting, None) if write.rows < _ROWS_PER_FILE else None
        transaction.describe(span.account, span.start, span.end)


class _Span:
    """The account and the days of the rows of a file."""

    def __init__(self, report_date: str | None) -> None:
        self._day = report_date
        self._accounts: set[tuple[str, str]] = set()
        self.start: str | None = None
        self.end: str | None = None

    def add(self, rows: pa.Table) -> None:
        """Extend the span by these rows."""
        pairs = rows.group_by(["_source", "_account"]).aggregate([])
        self._accounts.update((row["_source"], row["_account"]) for row in pairs.to_pylist())
        if self._day and rows.column(self._day).null_count == 0:
            days = pc.min_max(rows.column(self._day)).as_py()
            low, high = f"{days['min']:%Y%m%d}", f"{days['max']:%Y%m%d}"
            self.start, self.end = min(self.start or low, low), max(self.end or high, high)
        else:
            self._day = self.start = self.end = None

    @property
    def account(self) -> str | None:
        """The mark of the only account."""
        return account_mark(*next(iter(self._accounts))) if len(self._accounts) == 1 else None


def _key(table: Table) -> list[str]:
    return [f'"{name}"' for name in table.key]


def _order(table: Table) -> str:
    day = [f'"{table.report_date}"'] if table.report_date else []
    return ", ".join(dict.fromkeys([*vintages.SCOPE, *day, *_key(table), SEQUENCE]))


def _remove_merged(store: RawFiles) -> None:
    """Delete files that left the store longer ago than `GRACE`, and write a checkpoint without them."""
    until = text_of(store.clock() - GRACE)
    with store.locked() as state, disk_failures(store.root):
        gone = [path for path, moment in state.removed.items() if moment < until]
        for path in gone:
            (store.root / path).unlink(missing_ok=True)
        if gone:
            store.log.checkpoint(replace(state, removed={path: moment for path, moment in state.removed.items() if path not in gone}))


@contextmanager
def _alone(store: RawFiles) -> Iterator[bool]:
    with disk_failures(store.root):
        store.root.mkdir(parents=True, exist_ok=True)
        lock = os.open(store.root / ".compaction", os.O_CREAT | os.O_RDWR, 0o644)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(lock)
