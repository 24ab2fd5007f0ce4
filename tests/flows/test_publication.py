"""A publication that is killed anywhere can be repeated: readers see one whole build, the newest, and each is recorded once."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from multiball.flows import steps
from multiball.settings import REPOSITORY, Workspace
from multiball.warehouse import Warehouse, open_warehouse
from multiball.warehouse.records import OWN
from tests.flows.killed_publication import POINTS

BEGAN = datetime(2026, 11, 1, 4)


def as_of(number: int) -> datetime:
    return BEGAN + timedelta(hours=number)


def build(warehouse: Warehouse, number: int) -> str:
    """A build with one mart; its id sorts as it began."""
    build_id = f"{as_of(number):%Y%m%d_%H%M%S_%f}"
    target = warehouse.candidate(build_id)
    warehouse.discard(target)
    if warehouse.engine == "duckdb":
        duckdb.connect(warehouse.dbt_profile(target)["path"]).close()
    for schema in ("marts", "intermediate"):
        warehouse.write_table(target, schema, "numbers", pa.table({"n": [number]}))
    return build_id


def publish(warehouse: Warehouse, number: int) -> bool:
    return steps.publish(warehouse, build(warehouse, number), as_of(number))


def publish_until(workspace: Workspace, number: int, point: str) -> str:
    """Build, and publish in a process that is killed at the point; the build's id."""
    build_id = build(open_warehouse(workspace), number)
    command = [
        sys.executable,
        "-m",
        "tests.flows.killed_publication",
        str(workspace.home),
        build_id,
        as_of(number).isoformat(),
        point,
    ]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{REPOSITORY}/plugins:{REPOSITORY}"}
    killed = subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=120)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    return build_id


def seen(warehouse: Warehouse) -> int:
    [row] = warehouse.query("select m.n as n, i.n as other from marts.numbers m cross join intermediate.numbers i").to_pylist()
    assert row["n"] == row["other"], "one build, not parts of two"
    return int(row["n"])


def recorded(warehouse: Warehouse) -> list[tuple[datetime, str]]:
    rows = warehouse.read_raw(OWN, f"select as_of, status from raw_{OWN}.publication order by decided_at").to_pylist()
    return [(row["as_of"], row["status"]) for row in rows]


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_publication_can_be_repeated_and_is_recorded_once(workspace: Workspace, warehouse: Warehouse, point: str) -> None:
    publish(warehouse, 1)
    build_id = publish_until(workspace, 2, point)
    assert seen(warehouse) == (1 if point in ("sealed", "prepared", "replacing") else 2)
    for _ in range(2):
        assert steps.publish(warehouse, build_id, as_of(2))
        assert seen(warehouse) == 2
        assert recorded(warehouse) == [(as_of(1), "published"), (as_of(2), "published")]


@pytest.mark.parametrize("point", ["replaced", "published", "recorded"])
def test_the_next_build_records_what_a_killed_publication_did_not(workspace: Workspace, warehouse: Warehouse, point: str) -> None:
    publish_until(workspace, 1, point)
    publish(warehouse, 2)
    assert seen(warehouse) == 2
    assert recorded(warehouse) == [(as_of(1), "published"), (as_of(2), "published")]


@pytest.mark.parametrize("point", POINTS)
def test_a_repeated_publication_never_replaces_a_newer_build(workspace: Workspace, warehouse: Warehouse, point: str) -> None:
    older = publish_until(workspace, 1, point)
    publish(warehouse, 2)
    said: list[str] = []
    assert not steps.publish(warehouse, older, as_of(1), said.append)
    assert said == [f"build {older} is not published: readers see {as_of(2):%Y%m%d_%H%M%S_%f}, which began later"]
    assert seen(warehouse) == 2
    assert recorded(warehouse)[-1] == (as_of(2), "published")


def test_an_older_build_that_is_published_late_leaves_the_candidate_of_a_newer_one(warehouse: Warehouse) -> None:
    first, second, third = (build(warehouse, number) for number in (1, 2, 3))
    assert steps.publish(warehouse, second, as_of(2))
    assert not steps.publish(warehouse, first, as_of(1))
    assert steps.publish(warehouse, third, as_of(3))
    assert seen(warehouse) == 3


def test_ids_of_builds_sort_as_they_began(warehouse: Warehouse) -> None:
    ids = [steps.new_build_id(warehouse) for _ in range(20)]
    assert ids == sorted(set(ids))


def test_what_is_published_says_which_build_it_is(workspace: Workspace, warehouse: Warehouse, tmp_path: Path) -> None:
    assert warehouse.published() is None
    publish(warehouse, 1)
    found = open_warehouse(workspace).published()
    assert found and (found.build_id, found.as_of, found.published_at) == (
        f"{as_of(1):%Y%m%d_%H%M%S_%f}",
        as_of(1),
        warehouse.published_at(),
    )
