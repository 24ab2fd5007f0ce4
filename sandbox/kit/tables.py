"""The world's tables as a route reads them: kept once for all platforms of a world, read when first requested, rows made page by page."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any, overload
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from multiball.shapes import InputError
from sandbox.world import SCHEMAS, World

Row = Mapping[str, Any]
Positions = npt.NDArray[np.int64]
POSITION = "_position"
"""Member of every row of a table: its place in the table, which never changes. A later end of the world only adds rows."""


@dataclass(frozen=True)
class Sql:
    """A question to the world's tables. Its rows are sorted by all columns, from left to right."""

    query: str


def sql(query: str) -> Sql:
    """Rows of several tables, as DuckDB selects them: `sql("select date, ad_id, sum(clicks)::bigint as clicks from … group by all")`.

    The query knows no clock: it gives what ever happens, and a column that says when a row appears.
    """
    return Sql(query)


ALWAYS = "always"
"""Rows that were there from the beginning: objects without a history."""


@dataclass(frozen=True)
class Ended:
    """Rows of a day appear when the day has ended in `zone`: the name of a time zone, or of the column that holds it."""

    column: str
    zone: str = "UTC"
    zone_column: str | None = None

    def by(self, tables: Tables, source: Source, now: datetime) -> npt.NDArray[np.bool_]:
        """Which rows have appeared by `now`, UTC."""
        days, moment = tables.column(source, self.column), now.replace(tzinfo=UTC)
        if self.zone_column is None:
            return np.asarray(days < np.datetime64(moment.astimezone(ZoneInfo(self.zone)).date()))
        keep = np.zeros(len(days), dtype=bool)
        for zone in pc.unique(tables.table(source)[self.zone_column]).to_pylist():
            ended = days < np.datetime64(moment.astimezone(ZoneInfo(zone)).date())
            keep |= ended & tables.equal(source, self.zone_column, zone)
        return keep


Source = str | Sql
"""The name of a table of `sandbox.world.tables`, or a question to them."""


def schema_of(source: Source, where: str) -> pa.Schema:
    """Columns and types of a source. Raises InputError for an unknown table or column, or SQL that cannot be understood."""
    if isinstance(source, str):
        if source not in SCHEMAS:
            remedy = f"Use one of {', '.join(SCHEMAS)}, or sql(…)."
            raise InputError(f"the world has no table {source!r}", where=where, remedy=remedy)
        return SCHEMAS[source]
    try:
        return _empty_world().sql(_sorted(source)).to_arrow_table().schema
    except duckdb.Error as error:
        what = str(error).partition("\n")[0]
        raise InputError(f"the query fails ({what})", where=where, remedy="The tables are in sandbox/world/tables.py.") from error


@cache
def _empty_world() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name, schema in SCHEMAS.items():
        connection.register(name, schema.empty_table())
    return connection


def _sorted(source: Sql) -> str:
    return f"select * from ({source.query}) order by all"


class Tables:
    """The tables of one world. Thread-safe: each query of the world runs once."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._made: dict[Sql, pa.Table] = {}
        self._columns: dict[tuple[Source, str], npt.NDArray[Any]] = {}

    def table(self, source: Source) -> pa.Table:
        """The rows of a source, all times."""
        if isinstance(source, str):
            found: pa.Table = getattr(self._world, source)
            return found
        with self._lock:
            if source not in self._made:
                self._made[source] = self._select(source)
            return self._made[source]

    def _select(self, source: Sql) -> pa.Table:
        with duckdb.connect() as connection:
            for name in SCHEMAS:
                connection.register(name, getattr(self._world, name))
            return connection.sql(_sorted(source)).to_arrow_table()

    def column(self, source: Source, name: str) -> npt.NDArray[Any]:
        """A column's values, to be compared with many at once."""
        table = self.table(source)
        with self._lock:
            if (source, name) not in self._columns:
                self._columns[source, name] = table[name].to_numpy()
            return self._columns[source, name]

    def equal(self, source: Source, name: str, value: str) -> npt.NDArray[np.bool_]:
        """Where a column holds that text."""
        found: npt.NDArray[np.bool_] = pc.fill_null(pc.equal(self.table(source)[name], value), False).to_numpy()
        return found

    def rows(self, source: Source, keep: npt.NDArray[np.bool_]) -> Rows:
        """The rows of a source where `keep` is true."""
        return Rows(self.table(source), np.flatnonzero(keep))


_KNOWN: dict[int, Tables] = {}
_KNOWN_LOCK = threading.Lock()


def tables_of(world: World) -> Tables:
    """The tables of a world, the same ones for every platform; they are forgotten with the world."""
    with _KNOWN_LOCK:
        if id(world) not in _KNOWN:
            _KNOWN[id(world)] = Tables(weakref.proxy(world))
            weakref.finalize(world, _KNOWN.pop, id(world), None)
        return _KNOWN[id(world)]


class Rows(Sequence[Row]):
    """Some rows of a table, in its order. A row becomes Python's when it is looked at."""

    def __init__(self, table: pa.Table, positions: Positions) -> None:
        self._table, self._positions = table, positions

    def __len__(self) -> int:
        return len(self._positions)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, int):
            return self[range(len(self))[index] : range(len(self))[index] + 1][0]
        chosen = self._positions[index]
        found = self._table.take(pa.array(chosen)).to_pylist()
        return [{**row, POSITION: position} for row, position in zip(found, chosen.tolist(), strict=True)]


class Chain(Sequence[Row]):
    """One sequence of rows after another, neither of them copied."""

    def __init__(self, first: Sequence[Row], second: Sequence[Row]) -> None:
        self._first, self._second = first, second

    def __len__(self) -> int:
        return len(self._first) + len(self._second)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> list[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | list[Row]:
        if isinstance(index, int):
            place, cut = range(len(self))[index], len(self._first)
            return self._first[place] if place < cut else self._second[place - cut]
        start, stop, step = index.indices(len(self))
        if step != 1:
            raise ValueError("pages are taken without steps")
        cut = len(self._first)
        return [*self._first[min(start, cut) : min(stop, cut)], *self._second[max(0, start - cut) : max(0, stop - cut)]]
