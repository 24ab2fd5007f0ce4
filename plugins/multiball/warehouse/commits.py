"""The commit log of a raw store of files: which files hold the rows, in which order they came, and what their bytes must be.

`<root>/commits/<number>.json` is a commit: a sequence number, a moment, the files it added with rows and SHA-256, and those it removed. A
commit exists once its file does, whole or not at all; each names the digest of the one before. `last.json` says how far the log goes, so
that a lost end shows. `checkpoint.json` is the sum of the log up to a commit, from which reading begins; it can be derived again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, TypeAlias

from multiball.warehouse.interface import WarehouseError

FOLDER = "commits"
CHECKPOINT_EVERY = 64
"""Commits after which a checkpoint is written."""

Role: TypeAlias = Literal["changes", "current", "history"]
"""What the rows of a file are, among those of their table: `changes` have to be compared with others, `current` are the only newest
vintage of their key, `history` are vintages that a newer one replaced."""


@dataclass(frozen=True)
class DataFile:
    """A file of rows. `path` is relative to the root; `first` and `last` are the earliest and latest `_extracted_at` of its rows.

    `account` is the mark of the only account in it, `start` and `end` are its days; None where they are not known.
    """

    path: str
    table: str
    rows: int
    bytes: int
    sha256: str
    role: Role
    first: str
    last: str
    account: str | None = None
    start: str | None = None
    end: str | None = None


@dataclass(frozen=True)
class Table:
    """The definition of a table: its columns with their field types, in order, the key within source and account, and the report date."""

    columns: Mapping[str, str]
    key: tuple[str, ...]
    report_date: str | None


@dataclass(frozen=True)
class Commit:
    """What one commit changed. `moment` is UTC, ISO; that of a later commit is never earlier."""

    sequence: int
    moment: str
    kind: str
    runs: tuple[str, ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict)
    added: tuple[DataFile, ...] = ()
    removed: tuple[str, ...] = ()
    previous: str = ""


@dataclass(frozen=True)
class State:
    """The sum of all commits up to `sequence`. `removed` are files that no reader needs any more, with the moment of their removal."""

    sequence: int = 0
    moment: str = ""
    digest: str = ""
    tables: Mapping[str, Table] = field(default_factory=dict)
    files: Mapping[str, DataFile] = field(default_factory=dict)
    removed: Mapping[str, str] = field(default_factory=dict)

    def after(self, commit: Commit, digest: str) -> State:
        """The state with the commit added."""
        files = {path: file for path, file in self.files.items() if path not in commit.removed}
        return State(
            commit.sequence,
            commit.moment,
            digest,
            {**self.tables, **commit.tables},
            {**files, **{file.path: file for file in commit.added}},
            {**self.removed, **dict.fromkeys(commit.removed, commit.moment)},
        )

    def of(self, table: str) -> list[DataFile]:
        """The files of a table, oldest first."""
        return [file for file in self.files.values() if file.table == table]


class Log:
    """The log in `<root>/commits`. Reading needs no lock; only one process at a time may write."""

    def __init__(self, root: Path) -> None:
        self.root, self.folder = root, root / FOLDER

    def exists(self) -> bool:
        """Whether anything was committed."""
        return (self.folder / "last.json").exists() or self._file(1).exists()

    def has(self, sequence: int) -> bool:
        """Whether a commit of that number was written."""
        return self._file(sequence).exists()

    def read(self) -> State:
        """The state after the last commit. WarehouseError for a commit that is missing or was altered."""
        known = self._last()
        state = self._checkpointed()
        while (file := self._file(state.sequence + 1)).exists():
            commit, digest = self._commit(file)
            if commit.sequence != state.sequence + 1 or commit.previous != state.digest:
                raise altered(file)
            state = state.after(commit, digest)
        if state.sequence < known["sequence"]:
            raise WarehouseError(
                f"{self._file(state.sequence + 1)} is missing, and the log of raw goes to commit {known['sequence']}. {RESTORE}"
            )
        return replace(state, moment=known["moment"]) if known["sequence"] == state.sequence else state

    def append(self, state: State, commit: Commit) -> State:
        """Write a commit after the state; it is durable when this returns. The data files must be on disk already."""
        commit = replace(commit, sequence=state.sequence + 1, previous=state.digest)
        text, digest = _sealed(asdict(commit))
        self.folder.mkdir(parents=True, exist_ok=True)
        write_durably(self._file(commit.sequence), text)
        after = state.after(commit, digest)
        self.keep_last(after)
        if commit.sequence % CHECKPOINT_EVERY == 0:
            self.checkpoint(after)
        return after

    def keep_last(self, state: State) -> None:
        """Record how far the log goes and the last moment given out, so that neither is given again after a kill."""
        self.folder.mkdir(parents=True, exist_ok=True)
        text, _ = _sealed({"sequence": state.sequence, "moment": state.moment})
        write_durably(self.folder / "last.json", text)

    def checkpoint(self, state: State) -> None:
        """Write the state's sum, from which later reads begin."""
        text, _ = _sealed(asdict(state))
        write_durably(self._checkpoint, text)

    def verify(self) -> Iterable[str]:
        """Read the whole log, from its first commit; a line for each fault."""
        state, begun = State(), self._first()
        if begun is None:
            return
        for number in range(begun, self._last()["sequence"] + 1):
            try:
                commit, digest = self._commit(self._file(number))
            except WarehouseError as error:
                yield str(error)
                digest = ""
            else:
                if state.digest and commit.previous != state.digest:
                    yield str(altered(self._file(number)))
            state = replace(state, sequence=number, digest=digest)

    def _first(self) -> int | None:
        numbers = [int(file.stem) for file in self.folder.glob("[0-9]*.json")]
        return min(numbers, default=None)

    def _file(self, sequence: int) -> Path:
        return self.folder / f"{sequence:020}.json"

    @property
    def _checkpoint(self) -> Path:
        return self.folder / "checkpoint.json"

    def _last(self) -> dict[str, Any]:
        file = self.folder / "last.json"
        return _opened(file) if file.exists() else {"sequence": 0, "moment": ""}

    def _checkpointed(self) -> State:
        try:
            found = _opened(self._checkpoint)
        except FileNotFoundError:
            return State()
        tables = {name: _table(table) for name, table in found["tables"].items()}
        files = {path: DataFile(**file) for path, file in found["files"].items()}
        return State(**{**found, "tables": tables, "files": files})

    def _commit(self, file: Path) -> tuple[Commit, str]:
        try:
            found = _opened(file)
        except FileNotFoundError as error:
            raise WarehouseError(f"{file} is missing. {RESTORE}") from error
        tables = {name: _table(table) for name, table in found["tables"].items()}
        added = tuple(DataFile(**entry) for entry in found["added"])
        commit = Commit(**{**found, "tables": tables, "added": added, "runs": tuple(found["runs"]), "removed": tuple(found["removed"])})
        return commit, _digest(found)


RESTORE = "Restore it from a copy of this workspace."


def altered(file: Path) -> WarehouseError:
    """The error for a file that is not as it was committed."""
    return WarehouseError(f"{file} is not as it was committed: it was altered or cut off. {RESTORE}")


def text_of(moment: datetime) -> str:
    """A moment as the log stores it; texts sort as the moments do."""
    return moment.isoformat(timespec="microseconds")


def digest_of(file: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def write_durably(file: Path, text: str) -> None:
    """Write a file so that after a kill or a power cut it is the whole old one or the whole new one."""
    fresh = file.with_name(f".{file.name}.draft")
    with fresh.open("w", encoding="utf-8") as opened:
        opened.write(text)
        opened.flush()
        os.fsync(opened.fileno())
    os.replace(fresh, file)
    sync(file.parent)


def sync(path: Path) -> None:
    """Sync a file, or a folder's entries, to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sealed(content: dict[str, Any]) -> tuple[str, str]:
    """The text of a file with its own digest, and the digest."""
    digest = _digest(content)
    return json.dumps({"sha256": digest, "content": content}, indent=1, ensure_ascii=False) + "\n", digest


def _opened(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
        content: dict[str, Any] = found["content"]
        if found["sha256"] == _digest(content):
            return content
    except (ValueError, KeyError, TypeError):
        pass
    raise altered(file)


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _table(found: dict[str, Any]) -> Table:
    return Table(found["columns"], tuple(found["key"]), found["report_date"])
