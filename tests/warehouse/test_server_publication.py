"""Schemas of builds on Postgres: what a publication renames and drops, and what it leaves to the next one."""

from __future__ import annotations

from pathlib import Path

import psycopg2
import pytest

from multiball.settings import Workspace
from multiball.shapes import InputError
from multiball.warehouse import Warehouse, WarehouseError, open_warehouse
from multiball.warehouse.server_publication import query_for, schemas

pytestmark = pytest.mark.engine


@pytest.fixture
def warehouse(empty_database: str, tmp_path: Path) -> Warehouse:
    (tmp_path / "sources.yml").write_text(f"warehouse:\n  engine: postgres\n  dsn: {empty_database}\n")
    return open_warehouse(Workspace(tmp_path))


def present(dsn: str) -> set[str]:
    with psycopg2.connect(dsn) as connection:
        return {name for name in schemas(connection) if name == "publication" or name.endswith(("marts", "_publication"))}


def publish(warehouse: Warehouse, dsn: str, build_id: str) -> None:
    target = warehouse.candidate(build_id)
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute(f"create schema {target.schema('marts')}")
        cursor.execute(f"create table {target.schema('marts')}.fct_order as select 1 as orders")
    warehouse.publish(target)


def test_what_a_reader_still_holds_is_dropped_by_the_next_publication(warehouse: Warehouse, empty_database: str) -> None:
    publish(warehouse, empty_database, "1")
    reader = psycopg2.connect(empty_database)
    reader.cursor().execute("select * from marts.fct_order")
    publish(warehouse, empty_database, "2")
    kept = present(empty_database) - {"marts", "publication"}
    assert kept and all(name.startswith("retired_") for name in kept)
    reader.close()
    publish(warehouse, empty_database, "3")
    assert present(empty_database) == {"marts", "publication"}


def test_a_build_without_its_schemas_is_not_sealed(warehouse: Warehouse, empty_database: str) -> None:
    with pytest.raises(WarehouseError, match="candidate_1_marts is missing"):
        warehouse.seal(warehouse.candidate("1"))
    assert present(empty_database) == set()


def test_a_question_names_the_schemas_of_its_build(warehouse: Warehouse) -> None:
    target = warehouse.candidate("1")
    assert query_for(target, "select * from marts.a, b") == "SELECT * FROM candidate_1_marts.a, b"
    with pytest.raises(InputError, match="query: "):
        query_for(target, "select (")
