"""`multiball import` as a user meets it: twice, killed, without room, with a wrong mapping. Nothing is lost, nothing doubled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from multiball.settings import REPOSITORY, Workspace
from multiball.warehouse import open_warehouse
from tests.small_disk import small_disk

MAPPING = """version: 1
source: shop_export
account: shop
currency: EUR
file: {path: orders-*.csv}
max_rejected: 0.5
entities:
  - entity: order
    fields: {order_id: id, ordered_at: day, revenue: amount}
"""
Import = subprocess.CompletedProcess[str]


@pytest.fixture
def home(workspace: Workspace) -> Path:
    (workspace.home / "orders.yml").write_text(MAPPING)
    write(workspace.home, "a", 3)
    return workspace.home


def write(home: Path, part: str, rows: int, more: str = "") -> None:
    lines = "".join(f"{part}{number},2026-05-01,{number}.50\n" for number in range(rows))
    (home / f"orders-{part}.csv").write_text(f"id,day,amount\n{lines}{more}")


def start(home: Path, *further: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "MULTIBALL_HOME": str(home), "PYTHONPATH": str(REPOSITORY / "plugins")}
    command = [sys.executable, "-c", "from multiball.cli import main; main()", "import", str(home / "orders.yml"), *further]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def import_(home: Path, *further: str) -> Import:
    process = start(home, "--no-publish", *further)
    output, errors = process.communicate(timeout=120)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def stored(home: Path, sql: str) -> list[tuple[object, ...]]:
    rows = open_warehouse(Workspace(home)).read_raw(sql.partition("raw_")[2].partition(".")[0], sql).to_pylist()
    return [tuple(row.values()) for row in rows]


def test_the_same_file_again_stores_nothing_and_says_so(home: Path) -> None:
    first, again = import_(home), import_(home)
    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert "order: 3 landed, 0 unchanged" in first.stdout and "order: 0 landed, 3 unchanged" in again.stdout
    assert stored(home, "select count(*) as n, sum(revenue) as revenue from raw_import.order") == [(3, 4.5)]


def test_a_load_counts_what_landed_and_what_was_rejected_together_each_row_by_its_file(home: Path) -> None:
    write(home, "a", 3, "x,tomorrow,1\n")
    write(home, "b", 3, "y,yesterday,1\n")
    assert import_(home).returncode == 0
    load = "select extracted, landed, unchanged, rejected from raw_multiball.load"
    assert stored(home, load) == [(8, 6, 0, 2)]
    rejected = "select file, row_number, reason from raw_multiball.rejected_row order by file"
    assert stored(home, rejected) == [
        ("orders-a.csv", 5, "ordered_at is not a time: tomorrow"), ("orders-b.csv", 5, "ordered_at is not a time: yesterday"),
    ]  # fmt: skip


def test_a_wrong_mapping_is_one_line_with_what_would_be_right(home: Path) -> None:
    (home / "orders.yml").write_text(MAPPING.replace("ordered_at: day", "ordered_at: date"))
    done = import_(home)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "orders.yml, line 9: " in done.stderr and "has no column 'date'. Known: 'id', 'day', 'amount'." in done.stderr


def test_a_killed_import_has_landed_all_or_nothing_and_the_next_one_completes_it(home: Path) -> None:
    write(home, "a", 100_000)
    process = start(home, "--no-publish")
    deadline = time.monotonic() + 60
    while not list((home / "var" / "scratch").glob("load-*")) and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait(30) == -signal.SIGKILL
    for pipe in (process.stdout, process.stderr):
        assert pipe is not None
        pipe.close()
    raw = open_warehouse(Workspace(home))
    landed = raw.read_raw("import", "select * from raw_import.order").num_rows if (home / "var" / "raw" / "raw_import").exists() else 0
    assert landed in (0, 100_000)
    assert import_(home).returncode == 0
    assert f"{0:,} landed" in import_(home).stdout
    assert stored(home, "select count(*) as n, count(distinct order_id) as different from raw_import.order") == [(100_000, 100_000)]


def test_what_a_complete_import_does_not_hold_any_more_is_gone_and_past_states_keep_it(home: Path) -> None:
    write(home, "wrong", 2)
    assert import_(home).returncode == 0
    (home / "orders-wrong.csv").unlink()
    (home / "orders.yml").write_text(MAPPING.replace("    fields", "    complete: true\n    fields"))
    assert "order: 0 landed, 3 unchanged, 2 deleted" in import_(home).stdout
    vintages = "select order_id, count(*) as n, bool_or(_deleted) as gone from raw_import.order group by order_id order by order_id"
    assert stored(home, vintages) == [("a0", 1, False), ("a1", 1, False), ("a2", 1, False), ("wrong0", 2, True), ("wrong1", 2, True)]


def test_an_import_under_a_wrong_name_is_taken_back_whole_and_no_other(home: Path) -> None:
    assert import_(home).returncode == 0
    (home / "orders.yml").write_text(MAPPING.replace("shop_export", "shop_exprot"))
    assert import_(home).returncode == 0
    (home / "orders-a.csv").unlink()
    done = import_(home, "--take-back")
    assert (done.returncode, done.stdout) == (0, "orders.yml: removed\n  order: 0 landed, 0 unchanged, 3 deleted\n"), done.stderr
    by_source = "select _source, count(*) as n, bool_or(_deleted) as gone from raw_import.order group by _source order by _source"
    assert stored(home, by_source) == [("shop_export", 3, False), ("shop_exprot", 6, True)]
    assert "0 deleted" in import_(home, "--take-back").stdout


def test_taking_back_reads_no_file(home: Path) -> None:
    done = import_(home, "--take-back", "--check")
    assert (done.returncode, done.stdout) == (2, "")
    assert "--take-back: no file is read. Leave out --file and --check." in done.stderr


@pytest.mark.parametrize("workspace", ["duckdb"], indirect=True)
@pytest.mark.parametrize("full", ["raw", "scratch", "rejects"])
def test_a_full_disk_is_reported_in_one_line_and_the_import_succeeds_once_there_is_room(home: Path, full: str) -> None:
    write(home, "a", 20_000, "x,tomorrow,1\n" * 5_000)
    with small_disk(home / "var" / full, "64k") as resize:
        done = import_(home)
        assert done.returncode == 1 and done.stderr.count("\n") == 1, done.stderr
        assert f"/var/{full}" in done.stderr and "no space left on device" in done.stderr.lower()
        resize("60m")
        assert import_(home).returncode == 0
        assert stored(home, "select count(*) as n, count(distinct order_id) as different from raw_import.order") == [(20_000, 20_000)]
        assert stored(home, "select count(*) from raw_multiball.load") == [(1,)]
