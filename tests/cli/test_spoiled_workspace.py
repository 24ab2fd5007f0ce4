"""A workspace whose files are spoiled, or whose disk is full: each command says so in one line, and no traceback is shown."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from multiball.flows import steps
from multiball.settings import REPOSITORY, Workspace
from multiball.warehouse import open_warehouse
from tests.runtime import small_stack
from tests.small_disk import small_disk

COMMANDS = ("status", "doctor", "down", "query", "run", "up")


def spoiled_file(*parts: str, content: bytes = b"\xff\xfe spoiled \x00") -> Callable[[Path], None]:
    def spoil(home: Path) -> None:
        file = home.joinpath(*parts)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    return spoil


def in_place_of(*parts: str) -> Callable[[Path], None]:
    """A file where a folder belongs."""

    def spoil(home: Path) -> None:
        folder = home.joinpath(*parts)
        if folder.exists():
            folder.rename(folder.with_name(f"{folder.name}-before"))
        folder.write_text("")

    return spoil


def folder_at(*parts: str) -> Callable[[Path], None]:
    def spoil(home: Path) -> None:
        home.joinpath(*parts).unlink(missing_ok=True)
        home.joinpath(*parts).mkdir(parents=True)

    return spoil


SPOILED = {
    "sources is binary": spoiled_file("sources.yml"),
    "sources is a list": spoiled_file("sources.yml", content=b"- demo"),
    "sources is a folder": folder_at("sources.yml"),
    "sources is no YAML": spoiled_file("sources.yml", content=b"demo: {"),
    "secrets are binary": spoiled_file("var", "secrets.env"),
    "ports are spoiled": spoiled_file("var", "ports.json"),
    "published is spoiled": spoiled_file("var", "warehouse", "published.duckdb"),
    "published is empty": spoiled_file("var", "warehouse", "published.duckdb", content=b""),
    "published is cut off": lambda home: os.truncate(home / "var" / "warehouse" / "published.duckdb", 20_000),
    "raw is spoiled": spoiled_file("var", "raw", "raw_multiball", "publication", "20260101T000000000000.x.any.any.parquet"),
    "var is a file": in_place_of("var"),
    "logs is a file": in_place_of("var", "logs"),
    "warehouse is a file": in_place_of("var", "warehouse"),
    "postgres is a file": in_place_of("var", "postgres"),
    "airflow is a file": in_place_of("var", "airflow"),
    "the lock is a folder": folder_at("var", "servers.lock"),
    "the server's files are gone": spoiled_file("var", "postgres", "PG_VERSION", content=b"18\n"),
}
READ_ONLY = ("status", "doctor", "down", "query")
GOES_ON = ("published", "raw", "warehouse", "ports")
"""Where `run` and `up` start servers all the same, which takes long."""


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in [name for name in os.environ if name.startswith("MULTIBALL_")]:
        monkeypatch.delenv(name)
    with small_stack.folder() as here:
        warehouse = open_warehouse(Workspace(here.home))
        target = warehouse.candidate("20261101")
        duckdb.connect(warehouse.dbt_profile(target)["path"]).close()
        warehouse.write_table(target, "marts", "numbers", pa.table({"n": range(50_000)}))
        steps.publish(warehouse, "20261101", warehouse.moment())
        yield here.home
        for before in here.var.parent.glob("var-before"):
            (here.var).unlink()
            before.rename(here.var)


def multiball(home: Path, command: str) -> subprocess.CompletedProcess[str]:
    arguments = {"query": ["query", "select count(*) as n from numbers"], "run": ["run", "no_such_dag"]}.get(command, [command])
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")},
        "MULTIBALL_HOME": str(home),
        "PYTHONPATH": str(REPOSITORY / "plugins"),
    }
    code = "from multiball.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, timeout=240)


def plain(done: subprocess.CompletedProcess[str], command: str) -> bool:
    """One line at most on standard error, an exit code of 0 to 2, no traceback, and nothing for the developers."""
    reported = done.stdout + done.stderr
    assert "Traceback" not in reported and "unexpected error" not in reported, reported
    assert len([line for line in done.stderr.splitlines() if line.startswith("multiball: ")]) <= 1, done.stderr
    assert done.returncode in (0, 1, 2), (command, done.returncode, reported)
    return done.returncode == 0


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.in_turn(place, 3)) for place, name in enumerate(SPOILED)])
def test_a_spoiled_workspace_is_reported_in_one_line_by_every_command(home: Path, name: str) -> None:
    SPOILED[name](home)
    went_well = {}
    for command in COMMANDS:
        if command in READ_ONLY or not name.startswith(GOES_ON):
            went_well[command] = plain(multiball(home, command), command)
    assert not all(went_well.values())


@pytest.mark.engine
def test_a_full_disk_is_reported_in_one_line_and_all_is_well_once_there_is_room(home: Path) -> None:
    with small_disk(home / "var" / "logs", "64k"), small_disk(home / "var" / "airflow", "64k"):
        for folder in ("logs", "airflow"):
            (home / "var" / folder / "ballast").write_bytes(b"x" * 65536)
        for command in READ_ONLY:
            plain(multiball(home, command), command)
    done = multiball(home, "query")
    assert done.returncode == 0 and "50000" in done.stdout, done.stderr
