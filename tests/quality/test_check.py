"""Checks run by Great Expectations on real tables of both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import psycopg2
import pytest

from multiball.landing import land
from multiball.quality import ChecksFailed, Status, Suite, check, load_suites, newest_warnings
from multiball.settings import Workspace
from multiball.shapes import Entity, Field, InputError, Window
from multiball.warehouse import Target, Warehouse
from multiball.warehouse.records import EXPECTATION_RESULT, OWN, PUBLICATION, append_records

AS_OF = datetime(2026, 3, 10, tzinfo=UTC)
SUITES = """
owner: data@example.com
tables:
  fct_order:
    - {expect: expect_column_values_to_be_between, column: revenue, min_value: 0, level: block, why: Revenue is net of refunds.}
    - {expect: expect_column_values_to_be_unique, column: order_key, level: block, why: One row per order.}
    - {expect: expect_column_values_to_not_be_null, column: no_such_column, level: warn, why: Shows an error.}
    - expect: unexpected_rows_expectation
      unexpected_rows_query: select * from {batch} where ordered_on < cast('2026-03-01' as date)
      level: warn
      why: Old orders.
    - {expect: unexpected_rows_expectation, unexpected_rows_query: "select * from {batch} where revenue is null", level: warn, why: Amounts}
    - {expect: expect_column_max_to_be_between, column: ordered_on, min_value: {days_before_as_of: 2}, level: warn, why: Fresh.}
"""


@pytest.fixture
def suites(tmp_path: Path) -> list[Suite]:
    folder = tmp_path / "expectations"
    (folder / "marts").mkdir(parents=True)
    (folder / "marts" / "orders.yml").write_text(SUITES)
    return load_suites("marts", folder)


def build(workspace: Workspace, warehouse: Warehouse, target: Target, rows: str) -> None:
    schema = target.schema("marts")
    statements = (
        f'create schema "{schema}"; create table "{schema}".fct_order as select * from (values {rows}) as t(order_key, revenue, ordered_on)'
    )
    if warehouse.engine == "duckdb":
        Path(target.location).parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(target.location) as connection:
            connection.execute(statements)
        return
    connection = psycopg2.connect(workspace.postgres_dsn)
    with connection, connection.cursor() as cursor:
        cursor.execute(statements)
    connection.close()


def row(key: str, revenue: str, day: str) -> str:
    return f"('{key}', cast({revenue} as decimal(18,6)), date '{day}')"


def test_a_failing_block_check_stops_and_names_its_rows_and_everything_is_recorded(
    workspace: Workspace, warehouse: Warehouse, suites: list[Suite]
) -> None:
    target = warehouse.candidate("build_1")
    build(workspace, warehouse, target, ", ".join([row("a", "-5.5", "2026-03-09"), row("b", "7", "2026-02-01")]))

    with pytest.raises(ChecksFailed) as stopped:
        check(workspace, warehouse, "marts", target, AS_OF, suites)

    assert "-5.5" in str(stopped.value) and "Revenue is net of refunds." in str(stopped.value)
    kept = warehouse.read_raw(OWN, f"select * from raw_multiball.{EXPECTATION_RESULT.name}").to_pylist()
    assert len(kept) == 6, "two checks of one type on one table are two checks"
    found = {(each["expectation"], each["column_name"]): each for each in kept if each["why"] != "Amounts"}
    assert {key: each["status"] for key, each in found.items()} == {
        ("expect_column_values_to_be_between", "revenue"): "failed",
        ("expect_column_values_to_be_unique", "order_key"): "passed",
        ("expect_column_values_to_not_be_null", "no_such_column"): "error",
        ("unexpected_rows_expectation", None): "failed",
        ("expect_column_max_to_be_between", "ordered_on"): "passed",
    }
    assert '"order_key": "b"' in found["unexpected_rows_expectation", None]["sample"]
    assert found["expect_column_values_to_be_between", "revenue"]["unexpected_count"] == 1
    assert (workspace.var / "data_docs" / "marts" / "index.html").read_text().count("marts.fct_order")


def test_warnings_do_not_stop(workspace: Workspace, warehouse: Warehouse, suites: list[Suite]) -> None:
    target = warehouse.candidate("build_2")
    build(workspace, warehouse, target, row("a", "5", "2026-02-01"))

    outcomes = check(workspace, warehouse, "marts", target, AS_OF, suites)

    assert [outcome.status for outcome in outcomes].count(Status.FAILED) == 2
    assert not any(outcome.blocks for outcome in outcomes)


def test_the_newest_build_shows_what_it_warned_of_with_a_glimpse_of_the_rows(
    workspace: Workspace, warehouse: Warehouse, suites: list[Suite]
) -> None:
    assert newest_warnings(warehouse) == []
    for number, day in enumerate(("2026-03-09", "2026-02-01")):
        target = warehouse.candidate(f"build_{number}")
        build(workspace, warehouse, target, row("a", "5", day))
        check(workspace, warehouse, "marts", target, AS_OF, suites)
        decided = {"build_id": target.build_id, "as_of": AS_OF, "status": "published", "decided_at": datetime(2026, 3, 10, number)}
        append_records(warehouse, PUBLICATION, [decided], target.build_id)
        reported = {warning.why: (warning.table, warning.found) for warning in newest_warnings(warehouse)}
        assert ("Old orders." in reported) == (number == 1) and "Shows an error." in reported
    table, found = reported["Old orders."]
    assert table == "marts.fct_order" and found.startswith('1 row: [{"order_key": "a"')


def test_what_was_checked_can_be_published_by_the_same_process(workspace: Workspace, warehouse: Warehouse, suites: list[Suite]) -> None:
    target = warehouse.candidate("build_3")
    build(workspace, warehouse, target, row("a", "5", "2026-03-09"))
    check(workspace, warehouse, "marts", target, AS_OF, suites)
    warehouse.publish(target)
    assert warehouse.query("select order_key from fct_order").to_pylist() == [{"order_key": "a"}]


POSTS = Entity(
    "posts", "one row per post", "changes", ("post_id",), (Field("post_id", "string", "Post"), Field("likes", "bigint", "Likes"))
)
RAW_SUITES = """
owner: data@example.com
tables:
  posts:
    - {expect: expect_column_values_to_be_between, column: likes, min_value: 0, level: block, why: Counts cannot be negative.}
    - {expect: unexpected_rows_expectation, unexpected_rows_query: "select * from {batch} where likes < 0", level: block, why: The same.}
"""


def land_post(warehouse: Warehouse, likes: int) -> datetime:
    land(
        warehouse, source="wall", connector="wall", account="1", entities=[POSTS], window=Window(date(2026, 3, 1), date(2026, 3, 1)),
        pages=[("posts", [{"post_id": "p", "likes": likes}])], run_id=f"run {likes}", identity_key="k",
    )  # fmt: skip
    return warehouse.moment()


def test_a_bad_row_of_raw_blocks_until_its_source_has_mended_it(workspace: Workspace, warehouse: Warehouse, tmp_path: Path) -> None:
    (tmp_path / "checks" / "raw").mkdir(parents=True)
    (tmp_path / "checks" / "raw" / "wall.yml").write_text(RAW_SUITES)
    suites, raw = load_suites("raw", tmp_path / "checks"), {"raw_wall.posts": POSTS}
    bad = land_post(warehouse, -3)
    with pytest.raises(ChecksFailed, match=r"2 blocking checks failed.*-3.*Counts cannot be negative"):
        check(workspace, warehouse, "raw", warehouse.candidate("b1"), bad, suites, raw)
    good = land_post(warehouse, 3)
    assert {outcome.status for outcome in check(workspace, warehouse, "raw", warehouse.candidate("b2"), good, suites, raw)} == {
        Status.PASSED
    }
    with pytest.raises(ChecksFailed):
        check(workspace, warehouse, "raw", warehouse.candidate("b3"), bad, suites, raw)


def test_checks_for_a_raw_table_that_nobody_declares_are_refused(workspace: Workspace, warehouse: Warehouse, tmp_path: Path) -> None:
    (tmp_path / "checks" / "raw").mkdir(parents=True)
    (tmp_path / "checks" / "raw" / "wall.yml").write_text(RAW_SUITES)
    land_post(warehouse, 3)
    with pytest.raises(InputError, match="which no connector declares"):
        check(workspace, warehouse, "raw", warehouse.candidate("b"), AS_OF, load_suites("raw", tmp_path / "checks"), {})
