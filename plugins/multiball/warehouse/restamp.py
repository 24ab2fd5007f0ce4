"""Give the present moment, in order, to rows that a wrong clock stamped later than now: the only case in which raw is rewritten.

All stamps move together, also those in Multiball's own records, so that past states stay reproducible.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq
from psycopg2 import sql as names
from psycopg2.extensions import connection as Connection
from psycopg2.extras import execute_values

from multiball.warehouse.clock import STEP
from multiball.warehouse.commits import DataFile
from multiball.warehouse.raw_schema import UNTIL
from multiball.warehouse.records import OWN

STAMP = "_extracted_at"
Replace: TypeAlias = Callable[[DataFile, pa.Table], None]
"""Replaces a file by one with these rows."""


def moved(future: Iterable[datetime], clock: datetime) -> dict[datetime, datetime]:
    """The new moment for each one after the clock: a microsecond apart, in the same order."""
    return {moment: clock + number * STEP for number, moment in enumerate(sorted(set(future)), start=1)}


def move_file_stamps(replace: Replace, files: Mapping[DataFile, Path], clock: datetime) -> dict[datetime, datetime]:
    """`replace` files, given with their paths, by files with moved stamps; returns old and new moments."""
    future = set[datetime]()
    for file, path in files.items():
        for column in pq.read_table(path, columns=_stamps(pq.read_schema(path), file.table)).columns:
            future.update(moment for moment in column.to_pylist() if moment is not None and moment > clock)
    new = moved(future, clock)
    for file, path in files.items():
        table = pq.read_table(path)
        for name in _stamps(table.schema, file.table):
            values = [new.get(value, value) for value in table.column(name).to_pylist()]
            position = table.schema.get_field_index(name)
            table = table.set_column(position, table.schema.field(name), pa.array(values, table.schema.field(name).type))
        replace(file, table)
    return new


def move_table_stamps(connection: Connection, clock: datetime) -> tuple[int, dict[datetime, datetime]]:
    """The same for the raw tables of a database, in the connection's transaction; returns the number of rows, and old and new moments."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_schema, table_name, column_name from information_schema.columns where table_schema like %s "
            "and data_type like 'timestamp%%' and left(table_name, 1) <> '_' and (column_name = any(%s) or table_schema = %s)",
            [r"raw\_%", [STAMP, UNTIL], f"raw_{OWN}"],
        )
        places = [(names.Identifier(schema, table), names.Identifier(column)) for schema, table, column in cursor.fetchall()]
        future: set[datetime] = set()
        for table, column in places:
            cursor.execute(names.SQL("select distinct {0} from {1} where {0} > %s").format(column, table), [clock])
            future.update(row[0] for row in cursor.fetchall())
        new = moved(future, clock)
        if not new:
            return 0, new
        cursor.execute("create temporary table moved (old timestamp primary key, new timestamp) on commit drop")
        execute_values(cursor, "insert into moved values %s", list(new.items()))
        rows = 0
        for table, column in places:
            update = "update {1} as raw set {0} = moved.new from moved where raw.{0} = moved.old"
            cursor.execute(names.SQL(update).format(column, table))
            rows += cursor.rowcount if column == names.Identifier(STAMP) else 0
    return rows, new


def _stamps(schema: pa.Schema, table: str) -> list[str]:
    """The columns with moments of a load: its stamp, and in Multiball's own records every timestamp."""
    own = table.startswith(f"raw_{OWN}.")
    return [field.name for field in schema if field.name == STAMP or (own and pa.types.is_timestamp(field.type))]
