"""Moments follow each other whatever the clock says, and rows stamped by a wrong clock can be seen again; on both engines."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from multiball.cli.health_checks import run_checks
from multiball.flows import steps
from multiball.settings import REPOSITORY, Workspace
from multiball.warehouse import Warehouse, WarehouseError, open_warehouse, raw_files, raw_tables, server
from multiball.warehouse.records import PUBLICATION, append_records
from multiball.warehouse.vintages import newest_rows
from tests.landing.conftest import ADS, Landing, newest
from tests.landing.conftest import landing as landing
from tests.warehouse.test_interface import publish

SetClock = Callable[[timedelta], None]
DAY, YEAR = timedelta(days=1), timedelta(days=365)


def true_now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Put the clock that stamps rows off by so much, on either engine."""

    def put(off: timedelta) -> None:
        monkeypatch.setattr(raw_files, "now", lambda: true_now() + off)
        for module in (raw_tables, server):
            sql = f"select clock_timestamp() at time zone 'UTC' + interval '{off.total_seconds()} seconds'"
            monkeypatch.setattr(module, "server_clock", lambda sql=sql: sql)

    return put


def ads(*names: str) -> tuple[str, list[dict[str, Any]]]:
    return "ads", [{"ad_id": name, "name": name} for name in names]


def visible(warehouse: Warehouse, as_of: datetime) -> set[str]:
    """The ads of a build as of that moment."""
    sql = newest_rows("raw_shop.ads", ADS, as_of)
    return {row["ad_id"] for row in warehouse.read_raw("shop", f"select ad_id from ({sql}) as newest").to_pylist()}


def finding(workspace: Workspace) -> tuple[bool, str]:
    found = next(found for found in run_checks(Workspace(workspace.home)) if found.subject == "clock")
    return found.passed, f"{found.state} {found.remedy}"


@pytest.mark.parametrize("off", [timedelta(seconds=-1), timedelta(seconds=-50), timedelta(0), DAY])
def test_moments_follow_each_other_over_small_steps_back(
    warehouse: Warehouse, landing: Landing, set_clock: SetClock, off: timedelta
) -> None:
    landing(ads("a"))
    moments = [warehouse.moment()]
    set_clock(off)
    landing(ads("a", "b"))
    moments.append(warehouse.moment())
    assert moments == sorted(set(moments))
    assert visible(warehouse, moments[0]) == {"a"} and visible(warehouse, moments[1]) == {"a", "b"}


@pytest.mark.parametrize("off", [timedelta(minutes=2), DAY, YEAR])
def test_a_clock_behind_the_last_commit_is_refused_until_a_person_says_that_it_is_right(
    workspace: Workspace, warehouse: Warehouse, landing: Landing, set_clock: SetClock, off: timedelta
) -> None:
    landing(ads("a"))
    before = warehouse.moment()
    set_clock(off)
    landing(ads("a", "b"))
    between = warehouse.moment()
    landing(ads("a", "b", "c"))
    assert finding(workspace)[0]
    set_clock(timedelta(0))
    again = open_warehouse(workspace)
    for _ in range(2):
        with pytest.raises(WarehouseError, match=r"the clock says .* and the last commit was stamped .*doctor --clock-is-right"):
            landing(ads("a", "b", "c", "d"))
        with pytest.raises(WarehouseError, match="Nothing was written"):
            again.moment()
    assert {row["ad_id"] for row in newest(again, ADS)} == {"a", "b", "c"}, "reading goes on"
    passed, said = finding(workspace)
    assert not passed and "multiball doctor --clock-is-right" in said

    assert steps.correct_stamps(again, "anna", lambda line: None) > 0
    assert finding(workspace)[0]
    as_of = again.moment()
    assert as_of - true_now() < timedelta(seconds=5)
    assert visible(again, as_of) == {"a", "b", "c"} and visible(again, before) == {"a"}
    assert between > as_of, "the moment of then is no more; what it knew lies between the new ones"
    stamps = sorted({row["_extracted_at"] for row in newest(again, ADS)})
    assert len(stamps) == 3 and visible(again, stamps[1]) == {"a", "b"}
    landing(ads("a", "b", "c", "d"))
    assert visible(again, again.moment()) == {"a", "b", "c", "d"}
    [kept] = again.read_raw("multiball", "select * from raw_multiball.clock_correction").to_pylist()
    assert kept["corrected_by"] == "anna" and kept["last_moment"] > as_of


def test_a_correction_without_need_changes_nothing(warehouse: Warehouse, landing: Landing) -> None:
    landing(ads("a", "b"))
    rows = newest(warehouse, ADS)
    assert steps.correct_stamps(warehouse, "anna", lambda line: None) == 0
    assert newest(warehouse, ADS) == rows
    assert warehouse.moment() < warehouse.moment()


def test_the_last_moment_is_found_in_the_rows_where_it_was_not_kept(
    workspace: Workspace, warehouse: Warehouse, landing: Landing, set_clock: SetClock
) -> None:
    set_clock(YEAR)
    landing(ads("a"))
    (workspace.var / "raw" / "commits" / "last.json").unlink(missing_ok=True)
    if workspace.engine == "postgres":
        import psycopg2

        with psycopg2.connect(workspace.postgres_dsn) as connection, connection.cursor() as cursor:
            cursor.execute("drop table raw_multiball._clock")
        connection.close()
    set_clock(timedelta(0))
    with pytest.raises(WarehouseError, match="the last commit was stamped"):
        warehouse.moment()
    assert not finding(workspace)[0]


def test_records_of_that_time_move_too_and_the_next_build_is_published(
    workspace: Workspace, warehouse: Warehouse, landing: Landing, set_clock: SetClock
) -> None:
    set_clock(YEAR)
    landing(ads("a"))
    future = true_now() + YEAR
    record = {"build_id": "x", "as_of": future, "status": "blocked", "reason": "then", "decided_at": future}
    append_records(warehouse, PUBLICATION, [record], "x")
    publish(warehouse, 1)
    warehouse.redate(f"{future:%Y%m%d_%H%M%S_%f}", future)
    set_clock(timedelta(0))
    steps.correct_stamps(warehouse, "anna", lambda line: None)
    [decided] = warehouse.read_raw("multiball", "select as_of, decided_at from raw_multiball.publication").to_pylist()
    assert max(decided.values()) < true_now() + timedelta(seconds=5)
    published = warehouse.published()
    assert published and published.build_id < steps.new_build_id(warehouse)
    assert warehouse.query("select orders from marts.fct_order").to_pylist() == [{"orders": 1}]


@pytest.mark.parametrize("workspace", ["duckdb"], indirect=True)
def test_a_correction_killed_before_its_commit_is_done_by_repeating_it(
    workspace: Workspace, warehouse: Warehouse, landing: Landing, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_clock(DAY)
    landing(ads("a", "b"))
    set_clock(timedelta(0))
    with monkeypatch.context() as patch:
        patch.setattr(raw_files.Log, "append", lambda log, state, commit: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            warehouse.restamp()
    assert visible(warehouse, true_now() + timedelta(hours=1)) == set()
    warehouse.restamp()
    assert visible(warehouse, warehouse.moment()) == {"a", "b"}
    rows = warehouse.read_raw("shop", "select * from raw_shop.ads")
    assert rows.num_rows == 2 and max(rows.column("_extracted_at").to_pylist()) < true_now() + timedelta(seconds=5)


def test_two_processes_never_have_the_same_moment(workspace: Workspace, warehouse: Warehouse) -> None:
    program = (
        "import sys; from pathlib import Path; from multiball.settings import Workspace; from multiball.warehouse import open_warehouse\n"
        "warehouse = open_warehouse(Workspace(Path(sys.argv[1])))\n"
        "print(*[warehouse.moment().isoformat() for _ in range(20)])"
    )
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{REPOSITORY}/plugins"}
    command = [sys.executable, "-c", program, str(workspace.home)]
    both = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    moments = [process.communicate(timeout=120)[0].split() for process in both]
    assert all(own == sorted(own) for own in moments) and len({*moments[0], *moments[1]}) == 40
