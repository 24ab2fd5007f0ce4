"""Implausibly large deletions: the rows are kept until their source returns them again, or a person confirms the deletion.

A row that is missing from a complete answer counts as deleted. But an answer can be empty or cut short and still look complete, so a
deletion of more than `MOST` rows and more than `SHARE` of the known rows is held. Rows that loads deleted in the last 30 days are added,
so that many small deletions count as a large one; confirmed deletions are not. If one entity's deletion is held, so are the others of its
load, since they are from the same answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import duckdb
import pyarrow as pa

from multiball.shapes import Entity, InputError
from multiball.sql import literal
from multiball.warehouse import RawTransaction, Scope, Warehouse
from multiball.warehouse.raw_schema import key_columns, raw_columns, raw_schema
from multiball.warehouse.records import CONFIRMATION, HELD_ROW, OWN, own_rows
from multiball.warehouse.vintages import newest_rows

MOST = 10
"""This many rows of an entity can always be deleted."""
SHARE = 0.2
"""This share of the known rows can be deleted."""
ERODES_WITHIN = timedelta(days=30)
"""Deletions within this time are added up."""
CONFIRMED = "confirmed"
"""`_row_hash` of a deleted vintage that a person confirmed; it is empty otherwise."""
_ALL_TIME = datetime(9999, 12, 31)


def must_hold(missing: int, eroded: int, known: int) -> bool:
    """Whether to hold a deletion of `missing` rows out of `known`, after loads of the last days deleted `eroded` others."""
    deleted = missing + eroded
    return missing > 0 and deleted > MOST and deleted > SHARE * (known + eroded)


@dataclass(frozen=True)
class Hold:
    """Held rows of one entity. `first_day` and `last_day` are their days, None if the entity has no days."""

    source: str
    account: str
    connector: str
    entity: str
    rows: int
    since: datetime
    first_day: date | None
    last_day: date | None

    @property
    def summary(self) -> str:
        """One line about the hold."""
        days = f" of {self.first_day} to {self.last_day}" if self.first_day else ""
        return f"{self.rows:,} rows of {self.entity}{days} are missing from its answers since {self.since:%Y-%m-%d %H:%M} UTC and are kept"

    @property
    def remedy(self) -> str:
        """What to do about it."""
        return (
            f"Check the source. If they were deleted there: multiball sources --confirm {self.source}. "
            "If not, load it again: a full answer ends the hold."
        )


def holds(warehouse: Warehouse, source: str | None = None) -> list[Hold]:
    """The present holds of all sources or of one."""
    warehouse.ensure_raw(OWN, HELD_ROW)
    of_source = "" if source is None else "where _source = $source"
    found = warehouse.read_raw(
        OWN,
        f"""
        select _source, _account, connector, entity, count(*) as held_rows, min(_extracted_at) as since,
            min(report_date) as first_day, max(report_date) as last_day
        from ({newest_rows(f"raw_{OWN}.{HELD_ROW.name}", HELD_ROW, _ALL_TIME)}) as held {of_source}
        group by _source, _account, connector, entity
        order by _source, _account, connector, entity
        """,
        {"source": source},
    )
    return [Hold(*row.values()) for row in found.to_pylist()]


def held_days(warehouse: Warehouse, source: str, account: str) -> frozenset[date]:
    """The days of an account's held rows, which have to be requested again."""
    warehouse.ensure_raw(OWN, HELD_ROW)
    found = warehouse.read_raw(
        OWN,
        f"""
        select distinct report_date
        from ({newest_rows(f"raw_{OWN}.{HELD_ROW.name}", HELD_ROW, _ALL_TIME)}) as held
        where _source = $source and _account = $account and report_date is not null
        """,
        {"source": source, "account": account},
    )
    return frozenset(found.column("report_date").to_pylist())


def confirm(
    warehouse: Warehouse,
    source: str,
    entities: Mapping[tuple[str, str], Entity],
    *,
    by: str,
    run_id: str,
    account: str | None = None,
    entity: str | None = None,
) -> list[Hold]:
    """Delete the held rows of a source, or of one account or entity; returns the holds.

    `entities` has each entity by connector and name. `by` is the person. Rows that go missing later are not confirmed.
    """
    chosen = [hold for hold in holds(warehouse, source) if account in (None, hold.account) and entity in (None, hold.entity)]
    if not chosen:
        narrowed = "".join(f" {name} {value}" for name, value in (("account", account), ("entity", entity)) if value is not None)
        raise InputError(
            f"no deletion of {source}{narrowed} is held",
            where="sources --confirm",
            remedy="multiball sources shows what is held.",
        )
    if unknown := [hold for hold in chosen if (hold.connector, hold.entity) not in entities]:
        raise InputError(
            f"no connector declares {unknown[0].connector}.{unknown[0].entity}",
            where="sources --confirm",
            remedy="Restore the connector, which defines the rows.",
        )
    for hold in chosen:
        warehouse.ensure_raw(hold.connector, entities[hold.connector, hold.entity])
    warehouse.ensure_raw(OWN, CONFIRMATION)
    with warehouse.raw_transaction() as raw:
        for hold in chosen:
            number = _delete(raw, hold, entities[hold.connector, hold.entity], run_id)
            names = ("source", "account", "connector", "entity")
            record = {name: getattr(hold, name) for name in names} | {"run_id": run_id, "rows": number, "confirmed_by": by}
            own_rows(raw, CONFIRMATION, [{**record, "confirmed_at": raw.moment}], run_id)
    return chosen


def _delete(raw: RawTransaction, hold: Hold, entity: Entity, run_id: str) -> int:
    """Append a deleted vintage for each row that is still held, and release it."""
    scope = Scope(hold.source, hold.account)
    stamps = {
        "_source": literal(hold.source),
        "_account": literal(hold.account),
        "_extracted_at": f"timestamp {literal(str(raw.moment))}",
        "_run_id": literal(run_id),
        "_deleted": "true",
    }
    held_row = {**{name: name for name in ("connector", "entity", "row_key", "report_date")}, "_row_hash": "''", **stamps}
    types = raw_columns(entity)
    paths = {name: literal(f'$."{name}"') for name in key_columns(entity)}
    keys = {name: f"cast(json_extract_string(row_key, {path}) as {types[name]})" for name, path in paths.items()}
    day = {entity.report_date: "report_date"} if entity.report_date else {}
    deleted_row = {**day, **keys, "_row_hash": literal(CONFIRMED), **stamps}
    with duckdb.connect() as connection:
        connection.register("newest_held", raw.newest(OWN, HELD_ROW, scope).read_all())
        mine = f"connector = {literal(hold.connector)} and entity = {literal(hold.entity)} and not _deleted"
        connection.execute(f"create table held as select connector, entity, row_key, report_date from newest_held where {mine}")
        first, last, number = connection.execute("select min(report_date), max(report_date), count(*) from held").fetchall()[0]
        raw.append(hold.connector, entity, _rows(connection, deleted_row, entity), Scope(hold.source, hold.account, first, last))
        raw.append(OWN, HELD_ROW, _rows(connection, held_row, HELD_ROW), scope)
    return int(number)


def _rows(connection: duckdb.DuckDBPyConnection, values: Mapping[str, str], entity: Entity) -> pa.Table:
    columns = ", ".join(f'{values.get(name, "null")} as "{name}"' for name in raw_columns(entity))
    return connection.sql(f"select {columns} from held").to_arrow_table().cast(raw_schema(entity))
