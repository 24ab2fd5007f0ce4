"""Builds on Postgres: what a publication changes and drops, and what it leaves as it is."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import psycopg2
import pyarrow as pa
import pytest

from multiball.shapes import InputError
from multiball.warehouse import Warehouse, WarehouseError, now
from multiball.warehouse.server_builds import schemas
from multiball.warehouse.server_query import query_for
from multiball.warehouse.server_reader import role
from tests.warehouse.builds import build, execute, publish, reader_of, warehouse_at

pytestmark = pytest.mark.engine

AT_ONCE = 1e-6
"""Hours: replaced builds are dropped by the next publication."""


@pytest.fixture
def warehouse(empty_database: str, tmp_path: Path) -> Warehouse:
    return warehouse_at(empty_database, tmp_path)


def present(dsn: str) -> set[str]:
    """The builds whose marts exist, and the schemas of views."""
    with closing(psycopg2.connect(dsn)) as connection:
        return {name for name in schemas(connection) if name.endswith("marts") and "views" not in name}


def test_a_connection_keeps_its_build_and_the_next_one_begins_with_the_new(warehouse: Warehouse, empty_database: str) -> None:
    reader = reader_of(warehouse)
    publish(warehouse, empty_database, 1)
    asked = "select a.n, b.n, s.n from a, b, stg_orders as s"
    with closing(psycopg2.connect(reader)) as connection, connection.cursor() as cursor:
        for number in (2, 3):
            cursor.execute(asked)
            assert cursor.fetchall() == [(1, 1, 1)]
            connection.commit()
            publish(warehouse, empty_database, number)
            assert execute(reader, asked) == [(number, number, number)]
            assert execute(reader, "select a.n, b.n from marts.a, intermediate.b") == [(number, number)]
            assert warehouse.query("select a.n, marts.a.n as m, b.n as o from marts.a, intermediate.b").to_pylist() == [
                {"n": number, "m": number, "o": number}
            ]


def test_a_replaced_build_is_dropped_by_the_first_publication_after_its_time(warehouse: Warehouse, empty_database: str) -> None:
    first = publish(warehouse, empty_database, 1)
    publish(warehouse, empty_database, 2)
    publish(warehouse, empty_database, 3)
    assert present(empty_database) == {"marts", *(f"build_0000000{number}__marts" for number in (1, 2, 3))}
    long_ago = (now() - timedelta(minutes=61)).isoformat()
    execute(empty_database, f"comment on schema {first.schema('publication')} is '{long_ago}'")
    publish(warehouse, empty_database, 4)
    assert present(empty_database) == {"marts", *(f"build_0000000{number}__marts" for number in (2, 3, 4))}
    with closing(psycopg2.connect(empty_database)) as connection:
        assert schemas(connection, first.schema_prefix) == [], "also its schemas of raw and of views"


def test_a_build_that_somebody_still_reads_stays_whole_until_a_later_publication(empty_database: str, tmp_path: Path) -> None:
    warehouse = warehouse_at(empty_database, tmp_path, AT_ONCE)
    reader = reader_of(warehouse)
    first = publish(warehouse, empty_database, 1)
    with closing(psycopg2.connect(reader)) as connection, connection.cursor() as cursor:
        cursor.execute("select n from a")
        publish(warehouse, empty_database, 2)
        cursor.execute("select a.n, b.n, s.n from a, b, stg_orders as s")
        assert cursor.fetchall() == [(1, 1, 1)]
    publish(warehouse, empty_database, 3)
    assert first.schema("marts") not in present(empty_database)
    assert present(empty_database) == {"marts", "build_00000003__marts"}


@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_published_build_is_neither_discarded_nor_written_nor_built_again(
    warehouse: Warehouse, empty_database: str, is_replaced: bool
) -> None:
    first = publish(warehouse, empty_database, 1)
    if is_replaced:
        publish(warehouse, empty_database, 2)
    for change in (
        lambda: warehouse.discard(first),
        lambda: warehouse.write_table(first, "marts", "a", pa.table({"n": [9]})),
        lambda: warehouse.build_alias(first, datetime(2026, 1, 1)).__enter__(),
    ):
        with pytest.raises(WarehouseError, match="build 00000001 was published and does not change any more"):
            change()
    assert execute(empty_database, f"select n from {first.schema('marts')}.a") == [(1,)]


def test_a_build_that_is_published_twice_stays_published(warehouse: Warehouse, empty_database: str) -> None:
    reader = reader_of(warehouse)
    target = publish(warehouse, empty_database, 1)
    warehouse.publish(target)
    assert execute(reader, "select a.n, b.n from a, marts.a as b") == [(1, 1)]


def test_a_replaced_build_can_be_published_again(warehouse: Warehouse, empty_database: str) -> None:
    reader = reader_of(warehouse)
    first = publish(warehouse, empty_database, 1)
    publish(warehouse, empty_database, 2)
    warehouse.publish(first)
    assert execute(reader, "select a.n, b.n from a, marts.a as b") == [(1, 1)]
    published = warehouse.published()
    assert published and published.build_id == "00000001"


def test_schemas_of_raw_go_with_their_build_and_no_reader_may_use_them(warehouse: Warehouse, empty_database: str) -> None:
    reader = reader_of(warehouse)
    target = build(warehouse, empty_database, 1)
    with warehouse.build_alias(target, datetime(2026, 1, 1)) as alias:
        assert execute(empty_database, f"select n from {alias.schema('raw_site')}.orders") == [(1,)]
    warehouse.publish(target)
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        execute(reader, f"select * from {target.schema('raw_site')}.orders")
    assert execute(reader, "select n from stg_orders") == [(1,)]


def test_one_statement_gives_any_session_the_search_path_of_the_published_build(warehouse: Warehouse, empty_database: str) -> None:
    """As docs/how-to/use-postgres.md has it, for members of the readers' role, who log in as themselves."""
    publish(warehouse, empty_database, 1)
    asked = "select set_config('search_path', search_path, false) from publication.build"
    with closing(psycopg2.connect(empty_database)) as connection, connection.cursor() as cursor:
        cursor.execute(asked)
        publish(warehouse, empty_database, 2)
        cursor.execute("select a.n, b.n from a, b")
        assert cursor.fetchall() == [(1, 1)]


def test_an_earlier_releases_database_is_read_and_then_published_over(warehouse: Warehouse, empty_database: str) -> None:
    """Its published schemas have no prefix and contain the tables themselves, and the role's search path names them."""
    execute(
        empty_database,
        *(f"create schema {name}" for name in ("marts", "intermediate", "staging", "publication", "candidate_0_marts", "retired_1_marts")),
        "create table marts.a as select 0 as n",
        "create table intermediate.b as select 0 as n",
        "create view staging.stg_orders as select n from marts.a",
        "create table candidate_0_marts.a as select 9 as n",
        "create table publication.build as select '00000000'::text as build_id, localtimestamp as published_at, localtimestamp as as_of",
        f"create role {role(empty_database)} login password 'for-tests'",
        f"alter role {role(empty_database)} set search_path = marts, science, intermediate, canonical, staging",
        f"grant usage on schema marts, intermediate to {role(empty_database)}",
        f"grant select on marts.a, intermediate.b to {role(empty_database)}",
    )
    reader, asked = reader_of(warehouse), "select a.n, b.n as other from a, intermediate.b"
    assert execute(reader, asked) == [(0, 0)]
    assert warehouse.query(asked).to_pylist() == [{"n": 0, "other": 0}]
    earlier = warehouse.published()
    assert earlier and earlier.build_id == "00000000"
    publish(warehouse, empty_database, 1)
    assert execute(reader, asked) == [(1, 1)]
    assert warehouse.query(asked).to_pylist() == [{"n": 1, "other": 1}]
    assert present(empty_database) == {"marts", "build_00000000__marts", "build_00000001__marts"}
    publish(warehouse, empty_database, 2)
    assert execute(reader, asked) == [(2, 2)]


def test_a_build_without_its_schemas_is_not_sealed(warehouse: Warehouse, empty_database: str) -> None:
    with pytest.raises(WarehouseError, match="build_1__marts is missing"):
        warehouse.seal(warehouse.candidate("1"))
    assert present(empty_database) == set()


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("select * from marts.a, b -- marts.a", 'select * from "p__marts".a, b -- marts.a'),
        ("select marts.a.n, '${x} marts.a' from marts . a", 'select "p__marts".a.n, \'${x} marts.a\' from "p__marts" . a'),
        ('with o as (select * from "marts"."a") select o.* from o', 'with o as (select * from "p__marts"."a") select o.* from o'),
        ("select marts.n from (select 1 as n) as marts", "select marts.n from (select 1 as n) as marts"),
        ("select n from raw_site.marts", "select n from raw_site.marts"),
    ],
)
def test_a_query_names_the_schemas_of_its_build_and_is_otherwise_unchanged(asked: str, expected: str) -> None:
    assert query_for(asked, "p__", None) == expected


def test_sql_that_cannot_be_parsed_is_refused_on_a_target_and_left_to_postgres_otherwise(warehouse: Warehouse) -> None:
    with pytest.raises(InputError, match="query: "):
        query_for("select ( from marts.a", "p__", warehouse.candidate("1"))
    assert query_for("select ( from marts.a", "p__", None) == "select ( from marts.a"
