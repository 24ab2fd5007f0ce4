"""The result of an import: records to land, and an account of all other rows."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from multiball.importing.ends import End
from multiball.importing.expressions import FILE, quoted
from multiball.importing.tables import ROW
from multiball.shapes import Entity, Window
from multiball.warehouse.disk import disk_failures

PAGE = 100_000
"""Rows of a page of records."""


@dataclass(frozen=True)
class Counts:
    """Counts of the file's rows for one entity: rows = records + merged + skipped + rejected.

    `merged` rows were combined into the record of another row. `skipped`, `reasons` and `warnings` count rows by message;
    a rejected row may have several reasons.
    """

    entity: str
    rows: int
    records: int
    merged: int
    rejected: int
    skipped: dict[str, int]
    reasons: dict[str, int]
    warnings: dict[str, int]


@dataclass(frozen=True)
class ImportedEntity:
    """The records of one entity. `entity.kind` is `snapshot` when the file is complete. `window`: the days of the records.

    `ends`: if records are combined from rows, the last record of each file.
    """

    entity: Entity
    counts: Counts
    window: Window | None
    ends: tuple[End, ...]
    _connection: duckdb.DuckDBPyConnection = field(repr=False)
    _position: int
    _hidden: tuple[str, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema of a page."""
        return self._connection.cursor().sql(f"SELECT {self._names} FROM {self._table('records')} LIMIT 0").to_arrow_table().schema

    def pages(self) -> Iterator[pa.Table]:
        """The records in pages, one column per field of the entity, in its type."""
        for batch in self._connection.cursor().sql(f"SELECT {self._names} FROM {self._table('records')}").to_arrow_reader(PAGE):
            yield pa.Table.from_batches([batch])

    def rejects(self) -> pa.Table:
        """The rejected rows: file, row, reason, found, and the mapped cells except those with e-mail addresses or phone numbers."""
        cells = [name for (name,) in self._connection.cursor().execute("SELECT column_name FROM (DESCRIBE cells)").fetchall()]
        shown = [quoted(name) for name in cells if name not in (ROW, FILE, *self._hidden)]
        address = r"[^\s@]+@[^\s@]+\.[^\s@]+"
        masked = "".join(f", regexp_replace({name}, '{address}', '[e-mail]', 'g') AS {name}" for name in shown)
        found = f"regexp_replace(fault.found, '{address}', '[e-mail]', 'g') AS found"
        sql = f"""SELECT "#file" AS file, "#row" AS row, fault.reason AS reason, {found}{masked}
FROM (SELECT "#file", "#row", unnest("#why") AS fault FROM {self._table("rejected")})
LEFT JOIN cells USING ("#file", "#row") ORDER BY file, row"""
        return self._connection.cursor().sql(sql).to_arrow_table()

    @property
    def _names(self) -> str:
        return ", ".join(quoted(field.name) for field in self.entity.fields)

    def _table(self, kind: str) -> str:
        return f"{kind}_{self._position}"


@dataclass(frozen=True)
class Imported:
    """A whole import, to be used as a context manager: its records stay in a scratch database until it is closed."""

    source: str
    account: str
    files: tuple[str, ...]
    entities: tuple[ImportedEntity, ...]
    notes: tuple[str, ...]
    _connection: duckdb.DuckDBPyConnection = field(repr=False)
    _scratch: tempfile.TemporaryDirectory[str] = field(repr=False)

    def __enter__(self) -> Imported:
        """Enter the context."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Drop the scratch database."""
        self._connection.close()
        self._scratch.cleanup()

    @property
    def declared(self) -> tuple[Entity, ...]:
        """The entities to land, each once; of kind `snapshot` if every part of the mapping that fills it is complete."""
        snapshots = {imported.entity.name: imported.entity for imported in self.entities}
        changes = {imported.entity.name: imported.entity for imported in self.entities if imported.entity.kind == "changes"}
        return tuple((snapshots | changes).values())

    def pages(self) -> Iterator[tuple[str, pa.Table]]:
        """All records for landing: the name of an entity and a page of its records; at least one page, maybe empty, for each."""
        for imported in self.entities:
            yield imported.entity.name, pa.Table.from_batches([], imported.schema)
            for page in imported.pages():
                yield imported.entity.name, page

    def window(self, today: date) -> Window:
        """The days of the records; `today` if they have no dates."""
        windows = [imported.window for imported in self.entities if imported.window]
        if not windows:
            return Window(today, today, current=False)
        return Window(min(window.start for window in windows), max(window.end for window in windows), current=False)

    def summary(self) -> dict[str, Any]:
        """The summary of the import as JSON data."""
        counts = [asdict(entity.counts) for entity in self.entities]
        return {"source": self.source, "account": self.account, "files": list(self.files), "entities": counts, "notes": list(self.notes)}

    def text(self) -> str:
        """The summary of the import for people."""
        lines = [f"{self.source}: {', '.join(self.files)}"]
        for counts in (entity.counts for entity in self.entities):
            merged = f"{counts.merged:,} merged into others, " if counts.merged else ""
            left_out = f"{sum(counts.skipped.values()):,} skipped, {counts.rejected:,} rejected"
            lines.append(f"  {counts.entity}: {_number(counts.rows, 'row')} → {_number(counts.records, 'record')}, {merged}{left_out}")
            for title, reasons in (("skipped", counts.skipped), ("rejected", counts.reasons), ("warning", counts.warnings)):
                lines += [f"    {title}: {reason} ({number:,})" for reason, number in reasons.items()]
        return "\n".join([*lines, *(f"  note: {note}" for note in self.notes)])

    def write_rejects(self, folder: Path) -> list[Path]:
        """Write the rejected rows of each entity that has some to `<folder>/<source>-<entity>.csv`; removes the files of an earlier
        import."""
        with disk_failures(folder):
            folder.mkdir(parents=True, exist_ok=True)
            return [path for imported in self.entities if (path := self._write_rejects(folder, imported))]

    def _write_rejects(self, folder: Path, imported: ImportedEntity) -> Path | None:
        path = folder / f"{self.source}-{imported.entity.name}.csv"
        path.unlink(missing_ok=True)
        if not imported.counts.rejected:
            return None
        table = imported.rejects()
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(table.column_names)
            for batch in table.to_batches():
                writer.writerows(zip(*(column.to_pylist() for column in batch.columns), strict=True))
        return path


def _number(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
