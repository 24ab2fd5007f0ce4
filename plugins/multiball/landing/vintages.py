"""Finds what is new in an extraction: its rows compared with the newest vintages of the same account and days, in SQL.

Within one extraction the last record of a key counts. A row with the hash of its newest vintage is not stored again. A known row that is
missing from a complete extraction gets a deleted vintage, unless so many are missing that they are held (`holds`).

The engine compares keys and hashes only. The rows themselves go from the spool to the warehouse, page by page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa

from multiball.landing.holds import CONFIRMED, ERODES_WITHIN, must_hold
from multiball.landing.spool import EntitySpool
from multiball.shapes import Window
from multiball.sql import literal
from multiball.warehouse import RawTransaction, Scope
from multiball.warehouse.interface import RawSnapshot
from multiball.warehouse.raw_schema import key_columns, raw_columns, raw_schema
from multiball.warehouse.records import HELD_ROW, OWN, REJECTED_ROW

_SUPERSEDED = "the same extraction has the row again with other values, and the last one counts"
_BATCH = 50_000


class Comparison:
    """Compares one entity of a load with raw. It can be repeated: the last one counts.

    Its relations are temporary tables of the spool's engine. `spooled` has the accepted rows, and `earlier` the `_row` of those that the
    extraction has again later; `latest` has keys, day and hash of the others. `newest` are the newest vintages, `unchanged` the `_row` of
    rows that are stored already, `missing` the known rows that a complete extraction lacks; those that will be deleted are `gone`.
    """

    def __init__(self, spool: EntitySpool, scope: Scope, connector: str, window: Window) -> None:
        self.entity, self.spool, self._scope, self._connector = spool.entity, spool, scope, connector
        self._keys = [f'"{name}"' for name in key_columns(self.entity)]
        self._engine, self._window = spool.engine, window
        self._day = f'"{self.entity.report_date}"' if self.entity.report_date else None
        self._tombstone = ""
        self._view("spooled", f"from read_parquet({literal(str(spool.accepted))})")
        self._view("rejected", f"from read_parquet({literal(str(spool.rejected))})")
        keys = self._key_list()
        self._table("twice", f"select {keys} from spooled group by {keys} having count(*) > 1")
        self._table(
            "earlier",
            f"""
            select _row, _row_hash <> first_value(_row_hash) over again as differs
            from (select {keys}, _row, _row_hash from spooled semi join twice using ({keys})) as repeated
            window again as (partition by {keys} order by _row desc)
            qualify row_number() over again > 1""",
        )
        compared = dict.fromkeys([*self._keys, *([self._day] if self._day else []), *(f'"{name}"' for name in self.entity.answered_by)])
        self._view("latest_rows", f"select {', '.join(compared)}, _row, _row_hash from spooled anti join earlier using (_row)")
        self._reach = self._reached()
        self._view("superseded", "from spooled semi join (from earlier where differs) using (_row)")

    def has_changed(self, raw: RawTransaction, sequence: int) -> bool:
        """Whether a commit since that one may have changed what `compare` reads."""
        return raw.changed_since(sequence, self._connector, self.entity, self._reach)

    def compare(self, stored: RawSnapshot) -> None:
        """Find which rows are unchanged since their newest vintage and, if the extraction is complete, which known ones are missing."""
        self._engine.register("stored", stored.newest(self._connector, self.entity, self._reach))
        self._table("newest", "from stored")
        self._engine.unregister("stored")
        # without a known row there is nothing to join with
        self._table("latest", f"from latest_rows {'' if self.count('newest') else 'limit 0'}")
        same = f"{self._same_key('n', 'l')} and n._row_hash = l._row_hash and not n._deleted"
        self._table("unchanged", f"select l._row from latest l where exists (from newest n where {same})")
        self._view("landed", "from latest_rows anti join unchanged using (_row)")
        within = (
            f"and n.{self._day} between {_date(self._window.start)} and {_date(self._window.end)}" if self.entity.kind == "daily" else ""
        )
        answers = " and ".join(f'l."{name}" is not distinct from n."{name}"' for name in self.entity.answered_by)
        answered = f"and exists (from latest l where {answers})" if answers else ""
        given = f"exists (from latest l where {self._same_key('n', 'l')})"
        self._table("covered", f"select n.*, {given} as given from newest n where {self.is_complete} {within} {answered}")
        self._table("missing", "select * exclude (given) from covered where not _deleted and not given")

    @property
    def is_complete(self) -> bool:
        """Whether the extraction shows which rows are missing."""
        return self.spool.seen and self.entity.kind != "changes" and self.spool.rejected_rows == 0

    def lacks_too_much(self, moment: datetime) -> bool:
        """Whether so many rows are missing that the deletion has to be held."""
        missing = self.count("missing")
        return missing > 0 and must_hold(missing, self._eroded(moment), self.known)

    @property
    def known(self) -> int:
        """Known rows in the scope of the extraction."""
        return self.count("(from covered where not _deleted)")

    def decide(self, held: pa.Table, holds: bool, confirmed: bool) -> None:
        """Missing rows are deleted, or held if the load `holds`. `held` are the rows of the scope that earlier loads held.

        `newly_held` and `released` are the changes: a held row that is returned again, or deleted now, is released. `confirmed` marks the
        deleted vintages.
        """
        self._tombstone = CONFIRMED if confirmed else ""
        self._table("gone", f"from missing where {not holds}")
        self._engine.register("held_given", held)
        mine = f"connector = {literal(self._connector)} and entity = {literal(self.entity.name)} and not _deleted"
        self._table("held", f"select row_key, report_date from held_given where {mine}")
        self._engine.unregister("held_given")
        day = f"n.{self._day}" if self._day else "null"
        self._table(
            "newly_held",
            f"""
            select {self._row_key("n")} as row_key, cast({day} as date) as report_date from missing n
            where {holds} and row_key not in (select row_key from held)""",
        )
        returned = f"select {self._row_key('l')} from latest_rows l {'' if self.count('held') else 'limit 0'}"
        self._table("released", f"from held where row_key in (({returned}) union all select {self._row_key('n')} from gone n)")

    def _eroded(self, moment: datetime) -> int:
        """Rows that loads of the last days deleted without confirmation, and that are still deleted."""
        since = f"timestamp {literal(str(moment - ERODES_WITHIN))}"
        confirmed = f"(select max(_extracted_at) from covered where _row_hash = {literal(CONFIRMED)})"
        return self.count(
            f"(from covered where _deleted and not given and _extracted_at > greatest({since}, coalesce({confirmed}, {since})))"
        )

    def append(self, raw: RawTransaction, stamp: datetime, run_id: str) -> None:
        """Append new vintages, deleted vintages, and rejected rows, stamped with a moment."""
        stamps: dict[str, Any] = {
            "_source": self._scope.source,
            "_account": self._scope.account,
            "_extracted_at": stamp,
            "_run_id": run_id,
        }
        in_sql = {**{name: literal(stamps[name]) for name in ("_source", "_account", "_run_id")}, "_extracted_at": _timestamp(stamp)}
        if self.landed:
            schema = raw_schema(self.entity)
            rows = pa.RecordBatchReader.from_batches(schema, self._new_vintages(schema, {**stamps, "_deleted": False}))
            raw.append(self._connector, self.entity, rows, self._written("landed"))
        if self.count("gone"):
            written = self._written("gone")  # before the reader, which occupies the engine
            raw.append(self._connector, self.entity, self._reader(self._gone_sql(in_sql)), written)
        if self.spool.rejected_rows or self.count("superseded"):
            raw.append(OWN, REJECTED_ROW, self._reader(self._rejected_sql(in_sql)))
        if self.count("newly_held") or self.count("released"):
            raw.append(OWN, HELD_ROW, self._reader(self._held_sql(in_sql)), self._scope)

    @property
    def extracted(self) -> int:
        """Records of the extraction."""
        return self.spool.rows - self.count("(from earlier where not differs)")

    @property
    def unchanged(self) -> int:
        """Rows that are stored already."""
        return self.count("unchanged")

    @property
    def landed(self) -> int:
        """Rows to store."""
        return self.spool.accepted_rows - self.count("earlier") - self.unchanged

    def count(self, relation: str) -> int:
        """Rows of `missing`, `gone`, `superseded` or another relation."""
        return int(self._rows(f"select count(*) from {relation}")[0][0])

    def _gone_sql(self, stamps: Mapping[str, str]) -> str:
        names = [*key_columns(self.entity), *([self.entity.report_date] if self.entity.report_date else [])]
        values = {**{name: f'"{name}"' for name in names}, **stamps, "_deleted": "true", "_row_hash": literal(self._tombstone)}
        columns = raw_columns(self.entity).items()
        return f"""select {", ".join(f'{values.get(name, f"cast(null as {kind})")} as "{name}"' for name, kind in columns)} from gone"""

    def _held_sql(self, stamps: dict[str, str]) -> str:
        values = {
            "connector": literal(self._connector),
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
            "run_id": stamps["_run_id"],
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

    def _new_vintages(self, schema: pa.Schema, stamps: Mapping[str, Any]) -> Iterator[pa.RecordBatch]:
        """The rows of the spool that are new, in the columns of the raw table."""
        is_new = np.ones(self.spool.rows + 1, dtype=bool)
        for batch in self._reader("select _row from earlier union all from unchanged"):
            is_new[batch.column(0).to_numpy()] = False
        waiting: list[pa.RecordBatch] = []
        for batch in self.spool.batches():
            new = is_new[batch.column("_row").to_numpy()]
            waiting.append(batch if new.all() else batch.filter(pa.array(new)))
            if sum(part.num_rows for part in waiting) >= _BATCH:
                yield _stamped(pa.concat_batches(waiting), schema, stamps)
                waiting = []
        if waiting:
            yield _stamped(pa.concat_batches(waiting), schema, stamps)

    def _reached(self) -> Scope:
        """The days to compare with: the window, and the days of the rows, in case a platform returns more than requested."""
        if self.entity.kind != "daily":
            return self._scope
        first, last = self._days("latest_rows")
        start, end = self._window.start, self._window.end
        return Scope(self._scope.source, self._scope.account, min(start, first or start), max(end, last or end))

    def _written(self, relation: str) -> Scope:
        if self._day is None:
            return self._scope
        first, last = self._days(relation)
        return Scope(self._scope.source, self._scope.account, first, last)

    def _days(self, relation: str) -> tuple[date | None, date | None]:
        first, last = self._rows(f"select min({self._day}), max({self._day}) from {relation}")[0]
        return first, last

    def _key_list(self) -> str:
        return ", ".join(self._keys)

    def _row_key(self, relation: str) -> str:
        return f"to_json(struct_pack({', '.join(f'{key} := {relation}.{key}' for key in self._keys)}))::varchar"

    def _same_key(self, one: str, other: str) -> str:
        return " and ".join(f"{one}.{key} = {other}.{key}" for key in self._keys)

    def _reader(self, sql: str) -> pa.RecordBatchReader:
        return self._engine.sql(sql).to_arrow_reader(_BATCH)

    def _rows(self, sql: str) -> list[Any]:
        return self._engine.execute(sql).fetchall()

    def _table(self, name: str, sql: str) -> None:
        self._execute(f"create or replace temp table {name} as {sql}")

    def _view(self, name: str, sql: str) -> None:
        self._execute(f"create or replace temp view {name} as {sql}")

    def _execute(self, sql: str) -> None:
        self._engine.execute(sql)


def _stamped(batch: pa.RecordBatch, schema: pa.Schema, stamps: Mapping[str, Any]) -> pa.RecordBatch:
    columns = [
        pa.repeat(pa.scalar(stamps[field.name], field.type), batch.num_rows) if field.name in stamps else batch.column(field.name)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _date(day: date) -> str:
    return f"date '{day.isoformat()}'"


def _timestamp(moment: datetime) -> str:
    return f"timestamp '{moment.isoformat(sep=' ')}'"
