"""Postgres readers that never pause while builds are published, and publications that are killed: every connection sees one build."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from multiball.settings import REPOSITORY
from multiball.warehouse import Warehouse
from multiball.warehouse.server_builds import prefixes
from tests.warehouse.builds import execute, publish, reader_of, warehouse_at

pytestmark = pytest.mark.engine

PUBLICATIONS = 120
KEEP_HOURS = 5 / 3600
"""Long against a session of the readers here, short against the test: builds are also dropped while they read."""

PUBLISHER = """
import sys
from pathlib import Path
from tests.warehouse.builds import publish, warehouse_at

warehouse = warehouse_at(sys.argv[1], Path(sys.argv[2]), 1e-6)
for number in range(int(sys.argv[3]), 10**8):
    publish(warehouse, sys.argv[1], number)
    print(number, flush=True)
"""


def session(reader: str) -> Iterator[set[object]]:
    """The builds that one connection sees: in joins, and from one statement and transaction to the next."""
    with closing(psycopg2.connect(reader)) as connection, connection.cursor() as cursor:
        seen: set[object] = set()
        for statement in ("select a.n, b.n from a join b on true", "select n from b", "select s.n, a.n from stg_orders as s, a"):
            cursor.execute(statement)
            seen |= {number for row in cursor.fetchall() for number in row}
            connection.commit()
        yield seen


def questions(warehouse: Warehouse) -> Iterator[set[object]]:
    """The builds that one query of Multiball sees, with names as people write them."""
    row = warehouse.query("select a.n as a, b.n as b, s.n as s from marts.a, intermediate.b, stg_orders as s").to_pylist()[0]
    yield set(row.values())


def views(reader: str) -> Iterator[set[object]]:
    """The builds that a statement on one schema of views sees, as another program asks."""
    [[low, high]] = execute(reader, "select min(a.n), max(b.n) from marts.a as a, marts.a as b")
    yield {low, high}


@pytest.mark.slow
def test_each_connection_sees_exactly_one_build_over_many_publications(empty_database: str, tmp_path: Path) -> None:
    warehouse = warehouse_at(empty_database, tmp_path, KEEP_HOURS)
    reader = reader_of(warehouse)
    publish(warehouse, empty_database, 0)
    seen: dict[str, list[set[object]]] = {"session": [], "question": [], "views": []}
    failures: list[BaseException] = []
    is_over = threading.Event()

    def read(name: str, look: Callable[[], Iterator[set[object]]]) -> None:
        try:
            while not is_over.is_set():
                seen[name].extend(look())
        except BaseException as error:  # noqa: BLE001 - asserted below
            failures.append(error)

    looks = {"session": lambda: session(reader), "question": lambda: questions(warehouse), "views": lambda: views(reader)}
    threads = [threading.Thread(target=read, args=look) for look in [*looks.items(), ("session", looks["session"])]]
    for thread in threads:
        thread.start()
    for number in range(1, PUBLICATIONS + 1):
        publish(warehouse, empty_database, number)
    is_over.set()
    for thread in threads:
        thread.join()
    assert failures == []
    assert [builds for builds in (*seen["session"], *seen["question"]) if len(builds) != 1] == []
    assert len({number for builds in seen["session"] for number in builds}) > PUBLICATIONS / 4, "the readers were not hot"
    assert len(seen["question"]) > 20 and len(seen["views"]) > 20
    with closing(psycopg2.connect(empty_database)) as connection:
        assert len(prefixes(connection)) < PUBLICATIONS, "replaced builds were dropped meanwhile"


@pytest.mark.parametrize("seed", range(3))
def test_publications_killed_at_any_moment_leave_one_whole_build_and_nothing_for_long(
    empty_database: str, tmp_path: Path, seed: int
) -> None:
    chance = random.Random(seed)
    warehouse = warehouse_at(empty_database, tmp_path, 1e-6)
    reader = reader_of(warehouse)
    number = 1
    for _ in range(3):
        command = [sys.executable, "-c", PUBLISHER, empty_database, str(tmp_path), str(number)]
        environment = {**os.environ, "PYTHONPATH": f"{REPOSITORY / 'plugins'}:{REPOSITORY}"}
        killed = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=subprocess.PIPE, text=True)
        assert killed.stdout and killed.stdout.readline() == f"{number}\n"
        time.sleep(chance.uniform(0, 0.7))
        killed.send_signal(signal.SIGKILL)
        printed = killed.communicate(timeout=60)[0].split()
        known = int(printed[-1]) if printed else number
        [[build, *others]] = execute(reader, "select a.n, b.n, m.n, p.build_id::int from a, b, marts.a as m, publication.build as p")
        assert set(others) == {build}
        assert warehouse.query("select n from marts.a").to_pylist() == [{"n": build}]
        assert isinstance(build, int) and known <= build <= known + 1
        number = build + 2
    publish(warehouse, empty_database, number)
    publish(warehouse, empty_database, number + 1)
    with closing(psycopg2.connect(empty_database)) as connection:
        assert prefixes(connection) == [warehouse.candidate(f"{number + 1:08d}").schema_prefix]
