"""The state of raw as of every moment, on both engines, compacted or not, against a hand-made replay."""

from __future__ import annotations

import itertools
from datetime import date, datetime, timedelta

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from multiball.shapes import Entity, Field
from multiball.warehouse import Scope, Warehouse, compaction
from multiball.warehouse.raw_schema import raw_schema
from multiball.warehouse.vintages import newest

NAMES = itertools.count()
Row = tuple[str, str, int | None]
"""Account, ad and clicks; None is a deletion."""
ROWS = st.lists(
    st.tuples(st.sampled_from(["1", "2"]), st.sampled_from("abc"), st.none() | st.integers(0, 9)),
    max_size=4,
    unique_by=lambda row: row[:2],
)


def entity() -> Entity:
    """A new table."""
    fields = (Field("day", "date", "Day"), Field("ad_id", "string", "Ad"), Field("clicks", "bigint", "Clicks"))
    return Entity(f"ads_{next(NAMES)}", "one row per ad", "daily", ("ad_id",), fields, report_date="day")


def rows_of(table: Entity, rows: list[Row], moment: datetime) -> pa.Table:
    """The rows of one commit."""
    stamps = {"_source": "meta", "_extracted_at": moment, "_run_id": "r", "_row_hash": "h"}
    complete = [
        {"day": date(2026, 10, 1), "ad_id": ad, "clicks": clicks, "_account": account, "_deleted": clicks is None, **stamps}
        for account, ad, clicks in rows
    ]
    return pa.Table.from_pylist(complete, schema=raw_schema(table))


def append(warehouse: Warehouse, table: Entity, rows: list[Row]) -> datetime:
    """Commit the rows; returns the commit's moment."""
    with warehouse.raw_transaction() as raw:
        raw.append("meta", table, rows_of(table, rows, raw.moment))
        return raw.moment


def replayed(commits: list[tuple[datetime, list[Row]]], as_of: datetime) -> dict[tuple[str, str], tuple[int, bool]]:
    """What each row is after the commits up to a moment: its last clicks, and whether it is deleted."""
    known: dict[tuple[str, str], tuple[int, bool]] = {}
    for _, rows in (commit for commit in commits if commit[0] <= as_of):
        for account, ad, clicks in rows:
            if clicks is not None:
                known[account, ad] = (clicks, False)
            elif (account, ad) in known:
                known[account, ad] = (known[account, ad][0], True)
    return known


def state(warehouse: Warehouse, table: Entity, as_of: datetime) -> dict[tuple[str, str], tuple[int, bool]]:
    """The same, as the warehouse says."""
    import sqlalchemy

    target = warehouse.raw_target()
    engine = sqlalchemy.create_engine(warehouse.sqlalchemy_url(target))
    with engine.connect() as connection:
        sql = f"select _account, ad_id, clicks, _deleted from ({warehouse.raw_state('meta', table, as_of)}) as state"
        found = connection.execute(sqlalchemy.text(sql)).fetchall()
    engine.dispose()
    assert len({row[:2] for row in found}) == len(found), "a row is there twice"
    return {(account, ad): (clicks, deleted) for account, ad, clicks, deleted in found}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(commits=st.lists(ROWS, min_size=1, max_size=6), compacted=st.sets(st.integers(0, 5)))
def test_the_state_as_of_every_moment_is_what_the_commits_up_to_it_say(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, commits: list[list[Row]], compacted: set[int]
) -> None:
    monkeypatch.setattr(compaction, "FILES", 0)
    table = entity()
    warehouse.ensure_raw("meta", table)
    done: list[tuple[datetime, list[Row]]] = []
    for number, rows in enumerate(commits):
        done.append((append(warehouse, table, rows), rows))
        if number in compacted:
            warehouse.compact_raw()
    moments = [moment for moment, _ in done]
    for as_of in (moments[0] - timedelta(seconds=1), *moments, moments[-1] + timedelta(days=1)):
        assert state(warehouse, table, as_of) == replayed(done, as_of)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(commits=st.lists(ROWS, min_size=1, max_size=5), is_compacted=st.booleans())
def test_a_load_compares_with_the_newest_vintages_deletions_included(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, commits: list[list[Row]], is_compacted: bool
) -> None:
    monkeypatch.setattr(compaction, "FILES", 0)
    table = entity()
    warehouse.ensure_raw("meta", table)
    last: dict[tuple[str, str], bool] = {}
    for rows in commits:
        append(warehouse, table, rows)
        last.update({(account, ad): clicks is None for account, ad, clicks in rows})
    if is_compacted:
        warehouse.compact_raw()
    for account in ("1", "2"):
        with warehouse.raw_transaction() as raw:
            found = raw.newest("meta", table, Scope("meta", account)).read_all().to_pylist()
        assert {row["ad_id"]: row["_deleted"] for row in found} == {ad: gone for (owner, ad), gone in last.items() if owner == account}


def test_the_last_commit_counts_though_an_earlier_one_has_a_later_stamp() -> None:
    import duckdb

    rows = "(values (1, timestamp '2027-01-01', 'a', 'wrong clock'), (2, timestamp '2026-01-01', 'b', 'right clock')) "
    rows += "as stored(_sequence, _extracted_at, _run_id, what)"
    both = f"(select *, 's' as _source, 'a' as _account, 'k' as id from {rows}) as stored"
    assert duckdb.sql(newest(both, ["what"], ["id"])).fetchall() == [("right clock",)]


def test_a_snapshot_stays_as_it_was_and_a_later_commit_to_its_scope_is_noticed(warehouse: Warehouse) -> None:
    table, other = entity(), entity()
    for each in (table, other):
        warehouse.ensure_raw("meta", each)
    append(warehouse, table, [("1", "a", 1)])
    scope = Scope("meta", "1")
    with warehouse.raw_snapshot() as snapshot:
        append(warehouse, other, [("1", "a", 1)])
        append(warehouse, table, [("2", "b", 1)])
        with warehouse.raw_transaction() as raw:
            changed = [raw.changed_since(snapshot.sequence, "meta", table, Scope("meta", account)) for account in ("1", "2")]
        append(warehouse, table, [("1", "c", 1)])
        assert [row["ad_id"] for row in snapshot.newest("meta", table, scope).read_all().to_pylist()] == ["a"]
    with warehouse.raw_transaction() as raw:
        assert raw.changed_since(snapshot.sequence, "meta", table, scope)
    assert changed[1] and (warehouse.engine == "duckdb" or not changed[0])
