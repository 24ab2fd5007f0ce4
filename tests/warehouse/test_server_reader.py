"""Readers of a Postgres warehouse: what their role may see, and that a publication takes nothing from them."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from multiball.settings import Workspace
from multiball.shapes import InputError
from multiball.warehouse import Warehouse, open_warehouse
from multiball.warehouse.server_reader import role
from tests.warehouse.builds import execute

pytestmark = pytest.mark.engine


def publish(warehouse: Warehouse, dsn: str, number: int, *tables: str) -> None:
    target = warehouse.candidate(f"build_{number}")
    marts = target.schema("marts")
    execute(dsn, f"create schema {marts}", *(f"create table {marts}.{table} as select {number} as orders" for table in tables))
    warehouse.publish(target)


@pytest.fixture
def dsn(empty_database: str) -> str:
    return empty_database


@pytest.fixture
def warehouse(dsn: str, tmp_path: Path) -> Warehouse:
    return warehouse_of(dsn, tmp_path)


def warehouse_of(dsn: str, home: Path) -> Warehouse:
    (home / "sources.yml").write_text(f"warehouse:\n  engine: postgres\n  dsn: {dsn}\n")
    (home / "var").mkdir(exist_ok=True)
    (home / "var" / "secrets.env").write_text("MULTIBALL_READER_PASSWORD=for-tests\n")
    return open_warehouse(Workspace(home))


@pytest.fixture
def reader(warehouse: Warehouse) -> str:
    url, parameters = warehouse.reader()
    assert parameters == {}
    return url.replace("postgresql+psycopg2:", "postgresql:")


def test_a_reader_sees_every_publication_and_tables_that_are_new_in_it(warehouse: Warehouse, dsn: str, reader: str) -> None:
    publish(warehouse, dsn, 1, "fct_order")
    assert execute(reader, "select orders from fct_order") == [(1,)]
    publish(warehouse, dsn, 2, "fct_order", "fct_lead")
    assert execute(reader, "select o.orders, l.orders from marts.fct_order o cross join marts.fct_lead l") == [(2, 2)]


def test_who_is_made_a_member_of_the_readers_stays_one_over_publications(warehouse: Warehouse, dsn: str, reader: str) -> None:
    anna = f"anna_{urlsplit(dsn).path[1:]}"
    execute(dsn, f"create role {anna} login", f"grant {role(dsn)} to {anna}")
    for number in (1, 2):
        publish(warehouse, dsn, number, "fct_order")
        assert execute(dsn, f"set role {anna}", "select orders from marts.fct_order") == [(number,)]


def test_the_role_made_after_a_publication_reads_it_at_once(warehouse: Warehouse, dsn: str) -> None:
    publish(warehouse, dsn, 1, "fct_order")
    url, _ = warehouse.reader()
    assert warehouse.reader() == (url, {})
    assert execute(url.replace("postgresql+psycopg2:", "postgresql:"), "select orders from fct_order") == [(1,)]


@pytest.mark.parametrize(
    "statement",
    [
        "delete from marts.fct_order",
        "create table marts.own as select 1 as a",
        "create schema own",
        "drop table marts.fct_order",
        "select * from raw_site.orders",
        "select pg_read_file('/etc/hostname')",
        "copy marts.fct_order to program 'cat'",
    ],
)
def test_a_reader_neither_writes_nor_sees_raw_or_the_servers_files(warehouse: Warehouse, dsn: str, reader: str, statement: str) -> None:
    publish(warehouse, dsn, 1, "fct_order")
    execute(dsn, "create schema raw_site", "create table raw_site.orders as select 'anna@example.com' as email")
    with pytest.raises((psycopg2.errors.InsufficientPrivilege, psycopg2.errors.ReadOnlySqlTransaction)):
        execute(reader, "set default_transaction_read_only = off", statement)


def test_a_user_who_may_not_create_a_role_learns_what_a_superuser_has_to_do(dsn: str, tmp_path: Path) -> None:
    owner = f"owner_{urlsplit(dsn).path[1:]}"
    execute(dsn, f"create role {owner} login", f"grant create on database {urlsplit(dsn).path[1:]} to {owner}")
    parts = urlsplit(dsn)
    warehouse = warehouse_of(urlunsplit(parts._replace(netloc=f"{owner}@")), tmp_path)
    with pytest.raises(InputError, match=rf"As a superuser: create role {role(dsn)}"):
        warehouse.reader()
    publish(warehouse, urlunsplit(parts._replace(netloc=f"{owner}@")), 1, "fct_order")
    execute(dsn, f"create role {role(dsn)} login password 'for-tests'")
    url, _ = warehouse.reader()
    assert execute(
        url.replace("postgresql+psycopg2:", "postgresql:"), "select f.orders from marts.fct_order as f join fct_order as g using (orders)"
    ) == [(1,)]
