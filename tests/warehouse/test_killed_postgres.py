"""An embedded Postgres whose owner was killed, at any moment: the next one starts, with all that was committed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import psutil
import psycopg2
import pytest

from multiball.settings import REPOSITORY
from multiball.warehouse import embedded_postgres
from multiball.warehouse.embedded_postgres import ServerDown, connected, end, initialise, processes, running_postgres, socket_folder

pytestmark = pytest.mark.engine

OWNER = """
import sys, time
from pathlib import Path
from multiball.warehouse.embedded_postgres import connected, running_postgres

with running_postgres(Path(sys.argv[1])) as dsn:
    with connected(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("create table if not exists kept (n int); insert into kept values (1)")
        connection.commit()
    print("runs", flush=True)
    time.sleep(float(sys.argv[2]))
print("stopped", flush=True)
"""


@pytest.fixture
def data(server_folder: Path) -> Iterator[Path]:
    yield server_folder / "data"
    end(server_folder / "data")


def owner(data: Path, seconds: float = 300) -> subprocess.Popen[str]:
    """A command that runs the server, in a process group of its own."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "plugins")}
    command = [sys.executable, "-c", OWNER, str(data), str(seconds)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)


def kept(data: Path) -> int:
    """How many rows the next server still has."""
    with running_postgres(data) as dsn, connected(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("select count(*) from information_schema.tables where table_name = 'kept'")
        if cursor.fetchone() == (0,):
            return 0
        cursor.execute("select count(*) from kept")
        row = cursor.fetchone()
        return int(row[0]) if row else 0


def lives(process: psutil.Process) -> bool:
    """Whether a process runs. One that has ended keeps its entry where nothing adopts processes and asks for its end."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def titles(server: psutil.Process) -> list[tuple[int, str]]:
    """The number and title of each part of a server. Parts come and go: one that ends meanwhile is left out."""
    found = []
    for child in server.children():
        with suppress(psutil.NoSuchProcess):
            found.append((child.pid, " ".join(child.cmdline())))
    return found


@pytest.mark.parametrize("whole_group", [False, True])
def test_a_server_whose_owner_was_killed_is_ended_by_the_next_one(data: Path, whole_group: bool) -> None:
    for round_ in (1, 2):
        killed = owner(data)
        assert killed.stdout and killed.stdout.readline() == "runs\n"
        (os.killpg if whole_group else os.kill)(killed.pid, signal.SIGKILL)
        killed.communicate(timeout=30)
        assert processes(data) or whole_group
        assert kept(data) == round_
        assert processes(data) == [] and not socket_folder(data).exists()


@pytest.mark.parametrize("seed", range(3))
def test_a_kill_at_any_moment_bars_no_later_run(data: Path, seed: int) -> None:
    """While it initialises, starts, runs or stops: of the owner alone, or of its whole group."""
    chance = random.Random(seed)
    for _ in range(3):
        killed = owner(data, seconds=0.3)
        time.sleep(chance.uniform(0.2, 3.5))
        (os.killpg if chance.random() < 0.5 else os.kill)(killed.pid, signal.SIGKILL)
        killed.communicate(timeout=60)
    assert kept(data) <= kept(data), "nothing that was committed is lost"
    assert processes(data) == []
    assert [file.name for file in data.parent.iterdir() if file.name.startswith(".data-") and not processes(file / "data")] == []


def test_a_killed_server_and_one_of_its_parts_that_lives_on_bar_no_later_run(data: Path) -> None:
    first = owner(data)
    assert first.stdout and first.stdout.readline() == "runs\n"
    [server] = [child for child in psutil.Process(first.pid).children() if child.name() == "postgres"]
    part = psutil.Process(next(number for number, title in titles(server) if "checkpointer" in title))
    part.suspend()
    server.kill()
    os.kill(first.pid, signal.SIGKILL)
    first.communicate(timeout=30)
    assert part.pid in [process.pid for process in processes(data)]
    assert kept(data) == 1
    deadline = time.monotonic() + 20
    while lives(part) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not lives(part)


def test_numbers_that_belong_to_other_processes_by_now_bar_no_run(data: Path) -> None:
    """As after a restart of the machine: the server's files name processes that are others now, and the sockets are gone or stale."""
    assert kept(data) == 0
    user = embedded_postgres._as_server_user()
    somebody = subprocess.Popen(["sleep", "300"], **user)
    try:
        lock = f"{somebody.pid}\n{data}\n1\n5432\n{socket_folder(data)}\n\n0 0\nready\n"
        for stale in (data / "postmaster.pid", socket_folder(data) / ".s.PGSQL.5432.lock"):
            stale.parent.mkdir(mode=0o700, exist_ok=True)
            stale.write_text(lock)
            if user.get("user"):
                shutil.chown(stale.parent, user["user"])
                shutil.chown(stale, user["user"])
        assert kept(data) == 0
        assert somebody.poll() is None
    finally:
        somebody.kill()
        somebody.wait()


def test_a_server_on_another_folder_is_left_alone(data: Path, server_folder: Path) -> None:
    other = server_folder / "data-of-another"
    with running_postgres(other) as dsn:
        assert kept(data) == 0
        assert not end(data)
        with closing(psycopg2.connect(dsn)) as connection:
            assert connection.status
    assert processes(other) == []


def test_what_a_killed_initialisation_left_is_removed(data: Path) -> None:
    left = data.parent / ".data-abc"
    (left / "data").mkdir(parents=True)
    initialise(data)
    assert not left.exists() and (data / "PG_VERSION").exists()


def test_spoiled_files_are_reported_in_one_line_with_the_servers_own_words(data: Path) -> None:
    initialise(data)
    (data / "global" / "pg_control").write_bytes(b"spoiled")
    with (
        pytest.raises(ServerDown, match=r"does not respond .*Its log .*data\.log ends: .*(pg_control|control file)") as reported,
        running_postgres(data),
    ):
        pass
    assert "\n" not in str(reported.value)
    assert processes(data) == []
