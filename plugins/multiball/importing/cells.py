"""Files → the scratch table `cells`: the trimmed text of every used column, and the place of its row."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from multiball.importing.expressions import FILE, quoted
from multiball.importing.mapping import Layout, Mapping
from multiball.importing.tables import INVISIBLE, ROW, Table
from multiball.shapes import InputError
from multiball.sql import literal

_NEVER = 1 << 62


def load_cells(connection: duckdb.DuckDBPyConnection, mapping: Mapping, tables: list[Table], used: list[str]) -> int:
    """Fill `cells` with the trimmed texts of the used columns, and `broken` with malformed rows; returns the number of rows."""
    declared = "".join(f", {quoted(name)} VARCHAR" for name in used)
    connection.execute(f"CREATE TABLE cells ({quoted(FILE)} VARCHAR, {quoted(ROW)} BIGINT{declared})")
    connection.execute(
        f'CREATE TABLE broken ({quoted(FILE)} VARCHAR, {quoted(ROW)} BIGINT, "#why" STRUCT(reason VARCHAR, found VARCHAR)[])'
    )
    nulls = ", ".join(map(literal, mapping.formats.nulls))
    for table in tables:
        label = _label(table, tables)
        for batch in table.read(used):
            _append(connection, mapping, batch, label, nulls)
        _cut_end(connection, mapping.layout, table, label, used)
        if table.broken:
            faults = [[{"reason": f"the row {reason}", "found": None}] for _, reason in table.broken]
            shape = pa.list_(pa.struct([("reason", pa.string()), ("found", pa.string())]))
            incoming = pa.table({"row": [number for number, _ in table.broken], "why": pa.array(faults, shape)})
            connection.register("incoming", incoming)
            connection.execute(f"INSERT INTO broken SELECT {literal(label)}, row, why FROM incoming")
            connection.unregister("incoming")
    _fill_down(connection, mapping.layout, used)
    rows = scalar(connection, "SELECT (SELECT count(*) FROM cells) + (SELECT count(*) FROM broken)")
    if rows == 0:
        raise InputError(
            "has no rows below its header",
            where=", ".join(table.where for table in tables),
            remedy="Export it again, or check file.skip_lines.",
        )
    return rows


def _append(connection: duckdb.DuckDBPyConnection, mapping: Mapping, batch: pa.RecordBatch, label: str, nulls: str) -> None:
    decimal = mapping.formats.decimal
    cells = []
    incoming = pa.Table.from_batches([batch])
    for position, field in enumerate(batch.schema):
        if field.name == ROW:
            continue
        column = quoted(field.name)
        text = f"CAST({column} AS VARCHAR)"
        if pa.types.is_string(field.type):
            incoming = incoming.set_column(position, field.name, _trimmed(batch.column(position)))
            text = column
        if pa.types.is_nested(field.type):
            text = f"CAST(to_json({column}) AS VARCHAR)"
        if pa.types.is_floating(field.type):
            whole = f"{column} = trunc({column}) AND abs({column}) < 1e15"
            text = f"CASE WHEN {whole} THEN CAST(CAST({column} AS BIGINT) AS VARCHAR) ELSE {text} END"
        if decimal != "." and (pa.types.is_floating(field.type) or pa.types.is_decimal(field.type)):
            text = f"replace({text}, '.', {literal(decimal)})"
        cells.append(f", {f'CASE WHEN {text} NOT IN ({nulls}) THEN {text} END' if nulls else text} AS {column}")
    connection.register("incoming", incoming)
    connection.execute(f"INSERT INTO cells BY NAME SELECT {literal(label)} AS {quoted(FILE)}, {quoted(ROW)}{''.join(cells)} FROM incoming")
    connection.unregister("incoming")


def _trimmed(texts: pa.Array) -> pa.Array:
    """Trim blanks of any kind and invisible characters at both ends."""
    return pc.utf8_trim_whitespace(pc.utf8_trim(pc.utf8_trim_whitespace(texts), characters=INVISIBLE))


def _label(table: Table, tables: list[Table]) -> str:
    """The file's name; its whole path if two files have the same name."""
    return table.label if sum(other.label == table.label for other in tables) == 1 else table.where


def _cut_end(connection: duckdb.DuckDBPyConnection, layout: Layout, table: Table, label: str, used: list[str]) -> None:
    """Remove what follows the table: from the first blank line, or the last lines, by the mapping."""
    of_file = f"{quoted(FILE)} = {literal(label)}"
    ends = []
    if layout.stop_at_blank and used:
        empty = " AND ".join(f"{quoted(name)} IS NULL" for name in used)
        ends.append(scalar(connection, f"SELECT coalesce(min({quoted(ROW)}), {_NEVER}) FROM cells WHERE {of_file} AND {empty}"))
    if layout.skip_last_lines:
        last = scalar(connection, f"SELECT coalesce(max({quoted(ROW)}), 0) FROM cells WHERE {of_file}")
        ends.append(max([last, *(number for number, _ in table.broken)]) + 1 - layout.skip_last_lines)
    end = min(ends, default=_NEVER)
    connection.execute(f"DELETE FROM cells WHERE {of_file} AND {quoted(ROW)} >= {end}")
    table.broken[:] = [(number, reason) for number, reason in table.broken if number < end]


def _fill_down(connection: duckdb.DuckDBPyConnection, layout: Layout, used: list[str]) -> None:
    """Fill empty cells of some columns with the cell above; a row without any other cell stays blank."""
    others = [quoted(name) for name in used if name not in layout.fill_down]
    filled = ", ".join(
        f"CASE WHEN {' OR '.join(f'{other} IS NOT NULL' for other in others) or 'true'} THEN"
        f" last_value({name} IGNORE NULLS) OVER (PARTITION BY {quoted(FILE)} ORDER BY {quoted(ROW)}) END AS {name}"
        for name in map(quoted, layout.fill_down)
    )
    if filled:
        connection.execute(f"CREATE OR REPLACE TABLE cells AS SELECT * REPLACE ({filled}) FROM cells")


def scalar(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The single number that a query returns; 0 if it returns none."""
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0
