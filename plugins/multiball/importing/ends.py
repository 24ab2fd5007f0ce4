"""The end of a file: if it was cut off between two rows of one record, that record is incomplete, and the file looks complete."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import dataclass
from typing import Any

import duckdb

from multiball.importing.expressions import FILE, quoted
from multiball.importing.mapping import EntityMapping
from multiball.importing.statements import added_up, comes_together
from multiball.importing.tables import ROW
from multiball.shapes import Entity


@dataclass(frozen=True)
class End:
    """The record of a file's last row: its key, the number of its rows, and the values that are sums over them."""

    entity: Entity
    file: str
    key: Dictionary[str, Any]
    rows: int
    sums: Dictionary[str, Any]

    def __str__(self) -> str:
        """The file and its last record, for a message."""
        key = ", ".join(f"{name} {value}" for name, value in self.key.items())
        return f"{self.entity.name}: {self.file} ends with {key} ({self.rows:,} row{'' if self.rows == 1 else 's'})"


def ends(connection: duckdb.DuckDBPyConnection, part: EntityMapping) -> list[End]:
    """For each file the record of its last accepted row; empty if records are not combined from rows."""
    if not comes_together(part):
        return []
    keys, sums = list(part.entity.key), added_up(part)
    names = ", ".join(map(quoted, (*keys, *sums)))
    key = ", ".join(map(quoted, keys))
    found = connection.execute(
        f"""SELECT file, rows, {names} FROM records
JOIN (SELECT {key}, count(*) AS rows FROM checked GROUP BY {key}) USING ({key})
JOIN (SELECT {quoted(FILE)} AS file, {", ".join(f"max_by({quoted(name)}, {quoted(ROW)}) AS {quoted(name)}" for name in keys)}
    FROM checked GROUP BY file) USING ({key})
ORDER BY file"""
    ).fetchall()
    return [
        End(part.entity, file, dict(zip(keys, values, strict=False)), rows, dict(zip(sums, values[len(keys) :], strict=True)))
        for file, rows, *values in found
    ]
