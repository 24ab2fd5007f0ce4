"""A workspace of the previous release: its raw is taken over once, whatever interrupts that, and says the same as of every moment."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import psycopg2
import pyarrow.parquet as pq
import pytest
from psycopg2.extras import execute_values

from multiball.settings import Workspace
from multiball.shapes import Entity
from multiball.warehouse import Warehouse, WarehouseError, commits, open_warehouse
from multiball.warehouse.raw_schema import POSTGRES_TYPES, raw_columns, raw_schema
from tests.warehouse.test_vintages import Row, append, entity, replayed, rows_of, state

BEGIN = datetime(2026, 10, 1, 4)
COMMITS: list[tuple[datetime, list[Row]]] = [
    (BEGIN, [("1", "a", 1), ("1", "b", 2), ("2", "a", 3)]),
    (BEGIN + timedelta(days=1), [("1", "a", 4), ("1", "b", None)]),
    (BEGIN + timedelta(days=2), [("1", "b", 5), ("2", "a", None)]),
    (BEGIN + timedelta(days=3), [("2", "b", 6)]),
]


def write_files(root: Path, table: Entity, *, last_is_waiting: bool = False) -> None:
    """Raw as the previous release wrote it: one file per commit, the last one committed and not yet moved to its table."""
    folder = root / "raw_meta" / table.name
    folder.mkdir(parents=True)
    pq.write_table(raw_schema(table).empty_table(), folder / "_schema.parquet")
    for number, (moment, rows) in enumerate(COMMITS):
        name = f"{moment:%Y%m%dT%H%M%S%f}.any.any.any.{number:08x}-0.parquet"
        pq.write_table(rows_of(table, rows, moment), folder / name)
        if last_is_waiting and number == len(COMMITS) - 1:
            token = root / ".committed" / "token"
            token.mkdir(parents=True)
            (folder / name).rename(token / "0.parquet")
            (token / "moves.json").write_text(json.dumps({"0.parquet": f"raw_meta/{table.name}/{name}"}))
    (root / ".moment").write_text(COMMITS[-1][0].isoformat())


def write_table(dsn: str, table: Entity) -> None:
    """Raw as the previous release wrote it on the server."""
    columns = raw_columns(table)
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("create schema raw_meta")
        cursor.execute(
            f"create table raw_meta.{table.name} ({', '.join(f'{name} {POSTGRES_TYPES[kind]}' for name, kind in columns.items())})"
        )
        cursor.execute(f"create index {table.name}_scope on raw_meta.{table.name} (_source, _account, day)")
        for moment, rows in COMMITS:
            values = [tuple(row.values()) for row in rows_of(table, rows, moment).to_pylist()]
            execute_values(cursor, f"insert into raw_meta.{table.name} ({', '.join(columns)}) values %s", values)
    connection.close()


@pytest.fixture
def write(workspace: Workspace) -> Callable[[Entity], None]:
    if workspace.engine == "postgres":
        return lambda table: write_table(workspace.postgres_dsn, table)
    return lambda table: write_files(workspace.var / "raw", table)


def says_the_same(warehouse: Warehouse, table: Entity, done: list[tuple[datetime, list[Row]]]) -> None:
    for moment, _ in done:
        for as_of in (moment - timedelta(seconds=1), moment, moment + timedelta(hours=1)):
            assert state(warehouse, table, as_of) == replayed(done, as_of)


def test_raw_of_the_previous_release_says_the_same_as_of_every_moment(
    workspace: Workspace, warehouse: Warehouse, write: Callable[[Entity], None]
) -> None:
    table = entity()
    write(table)
    warehouse.ensure_raw("meta", table)
    says_the_same(warehouse, table, COMMITS)
    rows: list[Row] = [("1", "a", None), ("2", "a", 7)]
    says_the_same(warehouse, table, [*COMMITS, (append(warehouse, table, rows), rows)])
    assert list(warehouse.raw_faults(read_all=True)) == []
    assert warehouse.read_raw("meta", f"select * from raw_meta.{table.name}").num_rows == sum(len(rows) for _, rows in COMMITS) + 2


@pytest.mark.parametrize("workspace", ["duckdb"], indirect=True)
def test_a_load_that_was_committed_and_not_moved_is_taken_over(workspace: Workspace, warehouse: Warehouse) -> None:
    table = entity()
    write_files(workspace.var / "raw", table, last_is_waiting=True)
    warehouse.ensure_raw("meta", table)
    says_the_same(warehouse, table, COMMITS)
    assert sorted(path.name for path in (workspace.var / "raw").iterdir()) == [".lock", "commits", "raw_meta"]


@pytest.mark.parametrize("workspace", ["duckdb"], indirect=True)
@pytest.mark.parametrize("written", [0, 1, 2])
def test_taking_over_is_repeated_after_a_kill(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, written: int) -> None:
    table, write_durably, done = entity(), commits.write_durably, list[Path]()
    write_files(workspace.var / "raw", table)

    def killed(file: Path, text: str) -> None:
        if len(done) == written:
            raise KeyboardInterrupt
        write_durably(file, text)
        done.append(file)

    with monkeypatch.context() as patch:
        patch.setattr(commits, "write_durably", killed)
        with pytest.raises(KeyboardInterrupt):
            open_warehouse(workspace).ensure_raw("meta", table)
    warehouse = open_warehouse(workspace)
    warehouse.ensure_raw("meta", table)
    says_the_same(warehouse, table, COMMITS)
    assert list(warehouse.raw_faults(read_all=True)) == []


@pytest.mark.parametrize("workspace", ["duckdb"], indirect=True)
def test_a_file_that_is_not_readable_is_named_and_nothing_is_taken_over(workspace: Workspace, warehouse: Warehouse) -> None:
    table = entity()
    write_files(workspace.var / "raw", table)
    broken = sorted((workspace.var / "raw" / "raw_meta" / table.name).glob("2*.parquet"))[1]
    broken.write_bytes(broken.read_bytes()[:-9])
    with pytest.raises(WarehouseError, match=rf"{broken.name} is not a readable Parquet file"):
        warehouse.ensure_raw("meta", table)
    assert not (workspace.var / "raw" / "commits").exists()


def test_a_table_is_taken_over_without_rows_being_doubled_when_its_key_changes(warehouse: Warehouse) -> None:
    from dataclasses import replace

    table = entity()
    warehouse.ensure_raw("meta", table)
    append(warehouse, table, [("1", "a", 1)])
    append(warehouse, table, [("1", "a", 2)])
    wider = replace(table, key=("ad_id", "clicks"))
    warehouse.ensure_raw("meta", wider)
    moment = warehouse.moment()
    sql = warehouse.raw_state("meta", wider, moment)
    assert sql
    warehouse.ensure_raw("meta", table)
    assert state(warehouse, table, moment) == {("1", "a"): (2, False)}
