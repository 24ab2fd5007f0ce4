"""The raw store of the embedded engine: Parquet files that are only ever added, and the log of commits that says which of them count.

A transaction writes its files under the number of the next commit. Writing the commit makes all of them part of the store; without
it the next transaction removes them. No file is read whose bytes are not those that were committed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from multiball.shapes import Entity
from multiball.warehouse.adoption import SCHEMA_FILE, adopt, is_older
from multiball.warehouse.clock import next_moment
from multiball.warehouse.commits import RESTORE, Commit, DataFile, Log, State, Table, altered, digest_of, text_of
from multiball.warehouse.disk import disk_failures
from multiball.warehouse.file_transaction import FileTransaction
from multiball.warehouse.interface import WarehouseError, now
from multiball.warehouse.raw_schema import changed_type, key_columns, raw_columns
from multiball.warehouse.restamp import move_file_stamps


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


def _is_same(one: Table, other: Table) -> bool:
    """Whether two definitions have the same columns, in any order, and the same key."""
    return dict(one.columns) == dict(other.columns) and (one.key, one.report_date) == (other.key, other.report_date)
