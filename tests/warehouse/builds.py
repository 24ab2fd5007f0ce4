"""Tiny builds on a Postgres warehouse, as dbt would make them: the same number in two schemas, and a view of raw."""

from __future__ import annotations

from pathlib import Path

import psycopg2

from multiball.settings import Workspace
from multiball.warehouse import Target, Warehouse, open_warehouse


def warehouse_at(dsn: str, home: Path, keep_hours: float = 1) -> Warehouse:
    """A warehouse that keeps replaced builds for that long, and whose readers' role has a password."""
    (home / "sources.yml").write_text(f"warehouse:\n  engine: postgres\n  dsn: {dsn}\n  keep_replaced_hours: {keep_hours:f}\n")
    (home / "var").mkdir(exist_ok=True)
    (home / "var" / "secrets.env").write_text("MULTIBALL_READER_PASSWORD=for-tests\n")
    return open_warehouse(Workspace(home))


def reader_of(warehouse: Warehouse) -> str:
    """The libpq URI that a dashboard connects to."""
    url, parameters = warehouse.reader()
    assert parameters == {}
    return url.replace("postgresql+psycopg2:", "postgresql:")


def execute(dsn: str, *statements: str) -> list[tuple[object, ...]]:
    """Execute statements on one connection; the rows of the last."""
    connection = psycopg2.connect(dsn)
    try:
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
    finally:
        connection.close()


def build(warehouse: Warehouse, dsn: str, number: int) -> Target:
    """Write a build of that number into its candidate. Ids sort by the number."""
    target = warehouse.candidate(f"{number:08d}")
    marts, inner, raw, staging = (target.schema(name) for name in ("marts", "intermediate", "raw_site", "staging"))
    execute(
        dsn,
        *(f"create schema {schema}" for schema in (marts, inner, raw, staging)),
        f"create table {marts}.a as select {number} as n",
        f"create table {inner}.b as select {number} as n",
        f"create view {raw}.orders as select {number} as n, 'anna@example.com' as email",
        f"create view {staging}.stg_orders as select n from {raw}.orders",
    )
    return target


def publish(warehouse: Warehouse, dsn: str, number: int) -> Target:
    """Build and publish."""
    target = build(warehouse, dsn, number)
    warehouse.publish(target)
    return target
