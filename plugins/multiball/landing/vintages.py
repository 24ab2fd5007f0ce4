"""Finds what is new in an extraction: its rows compared with the newest vintages of the same account and days, in SQL.

Within one extraction the last record of a key counts. A row with the hash of its newest vintage is not stored again. A known row that is
missing from a complete extraction gets a deleted vintage, unless so many are missing that they are held (`holds`).
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from multiball.landing.holds import CONFIRMED, ERODES_WITHIN, must_hold
from multiball.landing.spool import EntitySpool
from multiball.shapes import Entity, Window
from multiball.sql import literal
from multiball.warehouse import RawTransaction, Scope
from multiball.warehouse.raw_schema import entity_columns, key_columns, raw_columns
from multiball.warehouse.records import HELD_ROW, OWN, REJECTED_ROW

_SUPERSEDED = "the same extraction has the row again with other values, and the last one counts"
_BATCH = 50_000


class Comparison:
    """Compares one entity of a load with raw, within a raw transaction whose `moment` (or a given one) stamps its rows."""

    def __init__(self, spool: EntitySpool, scope: Scope, stamp: datetime, run_id: str, scratch: Path) -> None:
        self.entity, self._scope, self._stamp, self._run_id = spool.entity, scope, stamp, run_id
        self._connection = duckdb.connect(config={"threads": 2, "memory_limit": "2GB", "temp_directory": str(scratch)})
        self._tombstone = ""
        self._keys = [f'"{name}"' for name in key_columns(self.entity)]
        self._execute(f"create view rejected as from read_parquet({literal(str(spool.rejected))})")
        self._execute(
            f"create table extracted as select *, {row_hash(self.entity)} as _row_hash from read_parquet({literal(str(spool.accepted))})"
        )
        self._execute(
            f"create table latest as from extracted qualify row_number() over (partition by {self._key_list()} order by _row desc) = 1"
        )
        other_values = f"{self._same_key('e', 'l')} where e._row_hash <> l._row_hash"
        self._execute(f"create view superseded as select e.* from extracted e join latest l on {other_values}")

    def compare(self, raw: RawTransaction, connector: str, window: Window, complete: bool) -> None:
        """Read the newest vintages of the scope, and find which rows are new and, if the extraction is complete, which are missing."""
        newest = raw.newest(connector, self.entity, self._reach(window))
        self._connection.register("newest_reader", newest)
        self._execute("create table newest as from newest_reader")
        self._connection.unregister("newest_reader")
        same = f"{self._same_key('n', 'l')} and n._row_hash = l._row_hash and not n._deleted"
        self._execute(f"create table landed as from latest l where not exists (from newest n where {same})")
        within = (
            f'and n."{self.entity.report_date}" between {_day(window.start)} and {_day(window.end)}' if self.entity.kind == "daily" else ""
        )
        answers = " and ".join(f'l."{name}" is not distinct from n."{name}"' for name in self.entity.answered_by)
        answered = f"and exists (from latest l where {answers})" if answers else ""
        given = f"exists (from latest l where {self._same_key('n', 'l')})"
        self._execute(f"create view covered as select n.*, {given} as given from newest n where {complete} {within} {answered}")
        self._execute("create table missing as select * exclude (given) from covered where not _deleted and not given")

    @property
    def lacks_too_much(self) -> bool:
        """Whether so many rows are missing that the deletion has to be held."""
        missing = self.count("missing")
        return missing > 0 and must_hold(missing, self._eroded(), self.known)

    @property
    def known(self) -> int:
        """Known rows in the scope of the extraction."""
        return self.count("(from covered where not _deleted)")

    def decide(self, connector: str, held: pa.Table, holds: bool, confirmed: bool) -> None:
        """Missing rows are deleted, or held if the load `holds`. `held` are the rows of the scope that earlier loads held.

        `newly_held` and `released` are the changes: a held row that is returned again, or deleted now, is released. `confirmed` marks the
        deleted vintages.
        """
        self._tombstone = CONFIRMED if confirmed else ""
        self._execute(f"create table gone as from missing where {not holds}")
        self._connection.register("held_given", held)
        mine = f"connector = {literal(connector)} and entity = {literal(self.entity.name)} and not _deleted"
        self._execute(f"create table held as select row_key, report_date from held_given where {mine}")
        self._connection.unregister("held_given")
        day = f'n."{self.entity.report_date}"' if self.entity.report_date else "null"
        self._execute(f"""
            create table newly_held as
            select {self._row_key("n")} as row_key, cast({day} as date) as report_date from missing n
            where {holds} and row_key not in (select row_key from held)""")
        released = f"select {self._row_key('l')} from latest l union all select {self._row_key('n')} from gone n"
        self._execute(f"create table released as from held where row_key in ({released})")

    def _eroded(self) -> int:
        """Rows that loads of the last days deleted without confirmation, and that are still deleted."""
        since = f"timestamp {literal(str(self._stamp - ERODES_WITHIN))}"
        confirmed = f"(select max(_extracted_at) from covered where _row_hash = {literal(CONFIRMED)})"
        return self.count(
            f"(from covered where _deleted and not given and _extracted_at > greatest({since}, coalesce({confirmed}, {since})))"
        )

    def append(self, raw: RawTransaction, connector: str) -> None:
        """Append new vintages, deleted vintages, and rejected rows."""
        stamps = {
            "_source": literal(self._scope.source),
            "_account": literal(self._scope.account),
            "_extracted_at": f"timestamp {literal(self._stamp.isoformat(sep=' '))}",
            "_run_id": literal(self._run_id),
        }
        present = {name: f'"{name}"' for name in [*entity_columns(self.entity), "_row_hash", "_undeclared"]}
        known = {name: f'"{name}"' for name in [*key_columns(self.entity), *([self.entity.report_date] if self.entity.report_date else [])]}
        select = ", ".join({**present, **stamps, "_deleted": "false"}[name] + f' as "{name}"' for name in raw_columns(self.entity))
        deleted = {**known, **stamps, "_deleted": "true", "_row_hash": literal(self._tombstone)}
        gone = ", ".join(deleted.get(name, "null") + f' as "{name}"' for name in raw_columns(self.entity))
        rows = self._reader(f"select {select} from landed union all select {gone} from gone")
        raw.append(connector, self.entity, rows, self._written())
        raw.append(OWN, REJECTED_ROW, self._reader(self._rejected_sql(stamps)))
        raw.append(OWN, HELD_ROW, self._reader(self._held_sql(connector, stamps)), self._scope)

    def count(self, relation: str) -> int:
        """Rows of `latest`, `landed`, `missing`, `gone`, `superseded` or `rejected`."""
        return int(self._rows(f"select count(*) from {relation}")[0][0])

    def close(self) -> None:
        """Free memory and scratch files."""
        self._connection.close()

    def _held_sql(self, connector: str, stamps: dict[str, str]) -> str:
        values = {
            "connector": literal(connector),
            "entity": literal(self.entity.name),
            **{name: name for name in ("row_key", "report_date", "_deleted")},
            **stamps,
            "_row_hash": "''",
            "_undeclared": "null",
        }
        both = "select *, false as _deleted from newly_held union all select *, true as _deleted from released"
        return f"select {', '.join(f'{values[name]} as {name}' for name in raw_columns(HELD_ROW))} from ({both})"

    def _rejected_sql(self, stamps: dict[str, str]) -> str:
        shown = ", ".join(f'"{field.name}" := "{field.name}"' for field in self.entity.fields if not field.identifier)
        both = f"from rejected union all select _row, {literal(_SUPERSEDED)}, to_json(struct_pack({shown})) from superseded"
        values = {
            "run_id": literal(self._run_id),
            "source": literal(self._scope.source),
            "account": literal(self._scope.account),
            "entity": literal(self.entity.name),
            "file": "''",
            **{name: name for name in ("row_number", "reason", "record")},
            **stamps,
            "_source": literal(OWN),
            "_account": "''",
            "_row_hash": "''",
            "_deleted": "false",
            "_undeclared": "null",
        }
        return f"select {', '.join(f'{values[name]} as {name}' for name in raw_columns(REJECTED_ROW))} from ({both})"

    def _reach(self, window: Window) -> Scope:
        """The days to compare with: the window, and the days of the rows, in case a platform returns more than requested."""
        if self.entity.kind != "daily":
            return self._scope
        first, last = self._days("latest")
        return Scope(self._scope.source, self._scope.account, min(window.start, first or window.start), max(window.end, last or window.end))

    def _written(self) -> Scope:
        if self.entity.report_date is None:
            return self._scope
        first, last = self._days(f'(select "{self.entity.report_date}" from landed union all select "{self.entity.report_date}" from gone)')
        return Scope(self._scope.source, self._scope.account, first, last)

    def _days(self, relation: str) -> tuple[date | None, date | None]:
        first, last = self._rows(f'select min("{self.entity.report_date}"), max("{self.entity.report_date}") from {relation}')[0]
        return first, last

    def _key_list(self) -> str:
        return ", ".join(self._keys)

    def _row_key(self, relation: str) -> str:
        return f"to_json(struct_pack({', '.join(f'{key} := {relation}.{key}' for key in self._keys)}))::varchar"

    def _same_key(self, one: str, other: str) -> str:
        return " and ".join(f"{one}.{key} = {other}.{key}" for key in self._keys)

    def _reader(self, sql: str) -> pa.RecordBatchReader:
        return self._connection.cursor().sql(sql).to_arrow_reader(_BATCH)

    def _rows(self, sql: str) -> list[Any]:
        return self._connection.execute(sql).fetchall()

    def _execute(self, sql: str) -> None:
        self._connection.execute(sql)


def row_hash(entity: Entity) -> str:
    """SQL of a row's hash: over `name=value` of the columns with a value, in order of name, so that a new field changes no old hash."""
    pairs = ", ".join(f"'{name}=' || replace(cast(\"{name}\" as varchar), chr(31), ' ')" for name in sorted(entity_columns(entity)))
    return f"md5(concat_ws(chr(31), {pairs}))"


def _day(day: date) -> str:
    return f"date '{day.isoformat()}'"
