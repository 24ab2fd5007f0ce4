"""Detects duplicated rows: an export appended to itself, or overlapping exports, would silently count twice."""

from __future__ import annotations

import duckdb

from multiball.importing.expressions import FILE, quoted
from multiball.importing.mapping import EntityMapping, Mapping
from multiball.importing.statements import WHERE, comes_together
from multiball.shapes import InputError

_FEW = 3
"""With fewer distinct rows, all may appear twice by chance."""


def notice_copies(connection: duckdb.DuckDBPyConnection, mapping: Mapping, part: EntityMapping, used: list[str]) -> list[str]:
    """Notes on copies among the rows that are not skipped. InputError if a whole file is a copy.

    Only for records that would hide them: those combined from several rows, or whose key counts equal rows.
    """
    if not used or not (comes_together(part) or _counts_equal_rows(part)):
        return []
    cells = ", ".join(map(quoted, used))
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE lines AS SELECT *, count(*) OVER (PARTITION BY {cells}) AS files FROM "
        f"(SELECT {quoted(FILE)} AS file, {cells}, count(*) AS times FROM cells ANTI JOIN skipped USING ({WHERE}) GROUP BY ALL)"
    )
    files = connection.execute(
        "SELECT file, count(*), CAST(sum(times) AS BIGINT), min(times), CAST(coalesce(sum(times) FILTER (files > 1), 0) AS BIGINT)"
        " FROM lines GROUP BY file ORDER BY file"
    ).fetchall()
    connection.execute("DROP TABLE lines")
    notes = []
    for file, different, rows, times, shared in files:
        if times > 1 and different >= _FEW:
            raise InputError(
                f"every row appears {times} times or more: {rows:,} rows for {part.entity.name}, {different:,} different",
                where=file,
                remedy="The export seems to be in it twice: export it again.",
            )
        if shared == rows and different >= _FEW:
            raise InputError(
                f"all of its {rows:,} rows for {part.entity.name} appear in other files as well",
                where=file,
                remedy=f"Leave one of the files out: {mapping.document.path.name} reads {len(files)}.",
            )
        if shared:
            notes.append(f"{part.entity.name}: {shared:,} of {rows:,} rows of {file} appear in other files as well, and count twice")
    return notes


def _counts_equal_rows(part: EntityMapping) -> bool:
    return any(part.values[name].form == "template" and "{#" in part.values[name].text for name in part.entity.key)
