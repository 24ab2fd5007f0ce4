"""Loads that are killed, or find no room, at every point where it could matter."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from multiball.landing import loads
from multiball.settings import REPOSITORY, Workspace
from multiball.warehouse import Warehouse
from tests.landing.conftest import AD_DAYS, ADS, vintages
from tests.landing.killed_load import land_all, pages


def land_until(workspace: Workspace, point: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.landing.killed_load", str(workspace.home), point]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{REPOSITORY}/plugins:{REPOSITORY}"}
    return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=120)


def seen(warehouse: Warehouse) -> tuple[int, int, int]:
    return vintages(warehouse, AD_DAYS), vintages(warehouse, ADS), len(loads(warehouse, "shop"))


@pytest.mark.parametrize("point", ["extraction", "append"])
def test_a_killed_load_leaves_nothing_and_the_rerun_completes_it(workspace: Workspace, warehouse: Warehouse, point: str) -> None:
    killed = land_until(workspace, point)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert seen(warehouse) == (0, 0, 0)
    assert land_all(warehouse, pages(), "again") == 2_500
    assert seen(warehouse) == (2_000, 500, 1)


@pytest.mark.parametrize("workspace", ["duckdb"], indirect=True)
@pytest.mark.parametrize(("point", "landed"), [("before commit", 0), ("after commit", 2_500)])
def test_a_load_killed_around_its_commit_is_there_whole_or_not_at_all(
    workspace: Workspace, warehouse: Warehouse, point: str, landed: int
) -> None:
    killed = land_until(workspace, point)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert seen(warehouse) == ((2_000, 500, 1) if landed else (0, 0, 0))
    assert land_all(warehouse, pages(), "again") == 2_500 - landed
    assert list(warehouse.raw_faults(read_all=True)) == []


@pytest.mark.parametrize("workspace", ["duckdb"], indirect=True)
def test_a_full_disk_is_reported_and_harms_nothing(workspace: Workspace, warehouse: Warehouse) -> None:
    land_all(warehouse, pages(), "before")
    before = seen(warehouse)
    full = land_until(workspace, "disk")
    last_line = full.stderr.strip().splitlines()[-1]
    assert full.returncode == 1 and "WarehouseError" in last_line and "Free space there" in last_line, full.stderr
    assert seen(warehouse) == before
    assert list(warehouse.scratch.glob("load-*")) == []


def test_two_loads_at_once_store_a_row_once(workspace: Workspace, warehouse: Warehouse) -> None:
    command = [sys.executable, "-m", "tests.landing.killed_load", str(workspace.home), "never"]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{REPOSITORY}/plugins:{REPOSITORY}"}
    both = [subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    landed = sorted(int(process.communicate(timeout=120)[0]) for process in both)
    assert landed == [0, 2_500]
    assert vintages(warehouse, AD_DAYS) == 2_000
