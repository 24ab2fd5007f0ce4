from __future__ import annotations

import os
import socket
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from multiball.settings import Workspace
from multiball.shapes import InputError
from multiball.warehouse import embedded_postgres, open_warehouse
from multiball.warehouse.embedded_postgres import ensure_database, initialise, running_postgres, server_command, server_user, socket_folder

pytestmark = pytest.mark.engine


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_server_starts_answers_keeps_its_data_and_leaves_nothing_behind(server_folder: Path) -> None:
    data = server_folder / ("a folder with a long name " * 5) / "data"
    starts = []
    for _ in range(2):
        with running_postgres(data) as dsn:
            ensure_database(dsn, "kept")
            connection = psycopg2.connect(dsn)
            with connection, connection.cursor() as cursor:
                cursor.execute("create table if not exists starts (moment timestamp)")
                cursor.execute("insert into starts values (now())")
                cursor.execute("select count(*) from starts")
                starts.append(cursor.fetchone())
            connection.close()
            pid = int((data / "postmaster.pid").read_text().splitlines()[0])
        assert not (data / "postmaster.pid").exists() and not socket_folder(data).exists()
        assert not Path(f"/proc/{pid}").exists()
    assert starts == [(1,), (2,)]


def test_a_supervisor_can_run_it_on_loopback_and_a_password_is_needed_there(tmp_path: Path, server_folder: Path) -> None:
    data, port = server_folder / "data", free_port()
    initialise(data, password="right")
    initialise(data, password="not read again")
    process = subprocess.Popen(server_command(data, port=port), stderr=subprocess.DEVNULL, **embedded_postgres._as_server_user())
    try:
        embedded_postgres.wait_until_ready(embedded_postgres.dsn(data, port=port), process)
        psycopg2.connect(f"postgresql://postgres:right@127.0.0.1:{port}/postgres").close()
        workspace = workspace_on(tmp_path, f"postgresql://postgres:wrong@127.0.0.1:{port}/postgres")
        with pytest.raises(
            InputError, match=r"password authentication failed.*Correct user, password or database in warehouse\.dsn"
        ) as error:
            open_warehouse(workspace).published_at()
        assert "wrong" not in str(error.value)
    finally:
        process.terminate()
        process.wait(30)


def test_a_server_that_is_down_is_reported_with_its_address(tmp_path: Path) -> None:
    address = f"postgresql://me:secret@127.0.0.1:{free_port()}/shop"
    for ask in (lambda warehouse: warehouse.published_at(), lambda warehouse: warehouse.moment()):
        with pytest.raises(InputError, match=r"postgresql://me@127\.0\.0\.1:\d+/shop: cannot connect.*Start the server") as error:
            ask(open_warehouse(workspace_on(tmp_path, address)))
        assert "secret" not in str(error.value) and "\n" not in str(error.value)


def test_a_socket_path_that_is_too_long_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/tmp/" + "x" * 100)
    with pytest.raises(InputError, match=r"TMPDIR: .* too long"):
        socket_folder(tmp_path)


def test_the_server_never_runs_as_root() -> None:
    assert (server_user() is None) == (os.geteuid() != 0)


def workspace_on(home: Path, dsn: str) -> Workspace:
    assert urlsplit(dsn).scheme == "postgresql"
    (home / "sources.yml").write_text(f"warehouse:\n  engine: postgres\n  dsn: {dsn}\n")
    return Workspace(home)
