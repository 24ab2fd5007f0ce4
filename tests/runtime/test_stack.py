"""The stack's life, with everything real: two workspaces side by side, a killed supervisor, a taken port, and nothing left at the end."""

import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from multiball.runtime import lifecycle, metadata, ports, superset, supervision
from multiball.runtime.airflow_api import Airflow
from multiball.settings import REPOSITORY, Workspace
from multiball.shapes import InputError

DAG = '''
"""A DAG of the tests, for Airflow."""
from airflow.sdk import DAG, task

with DAG("greeting", schedule=None):

    @task
    def greet():
        print("hello")

    greet()
'''


def workspace(folder: Path) -> Workspace:
    folder.mkdir()
    (folder / "sources.yml").write_text("sources: {}\n")
    (folder / "dags").mkdir()
    (folder / "dags" / "greeting.py").write_text(DAG)
    return Workspace(folder)


def multiball(home: Path, command: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "MULTIBALL"))},
        "MULTIBALL_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
        "PYTHONPATH": str(REPOSITORY / "plugins"),
    }
    code = "from multiball.cli import main; main()"
    return subprocess.run([sys.executable, "-c", code, command], env=environment, capture_output=True, text=True, timeout=800)


@pytest.fixture(scope="module")
def here() -> Iterator[Workspace]:
    with tempfile.TemporaryDirectory(prefix="multiball-test-") as name:
        found = workspace(Path(name) / "workspace")
        try:
            yield found
        finally:
            supervision.stop(found)


@pytest.mark.airflow
def test_a_stack_comes_up_runs_a_dag_survives_a_killed_supervisor_and_goes_down_without_a_trace(here: Workspace) -> None:
    with socket.create_server((ports.LOOPBACK, 0)) as somebody_elses:
        first = multiball(here.home, "up")
        assert first.returncode == 0, first.stdout + first.stderr
        assert lifecycle.inspect(here).healthy
        running = {process.pid for process in supervision.processes(here)}

        second = multiball(here.home, "up")
        assert "the stack is already running" in second.stdout
        password = lifecycle.password(here)
        assert f"{metadata.ADMINISTRATOR} / {password}" in second.stdout
        dashboards = lifecycle.inspect(here).dashboards
        assert dashboards and superset.answers(dashboards) and dashboards in second.stdout
        for name, secret in superset.log_ins(Workspace(here.home)).items():
            assert f"{name} / {secret}" in second.stdout
        programs = {name: state for name, state in supervision.states(here).items()}
        assert set(programs.values()) == {"RUNNING"}

        for process in supervision.processes(here):
            listening = [found.laddr.ip for found in process.net_connections(kind="inet") if found.status == psutil.CONN_LISTEN]
            assert set(listening) <= {ports.LOOPBACK}, process
        address = str(lifecycle.inspect(here).address)
        assert httpx.get(f"{address}/api/v2/dags", trust_env=False).status_code == 401
        with pytest.raises(httpx.HTTPStatusError):
            Airflow(address, metadata.ADMINISTRATOR, "wrong")
        for file in ("supervisord.conf", "ports.json"):
            assert password not in (here.var / file).read_text()
        assert stat.S_IMODE((here.var / "secrets.env").stat().st_mode) == 0o600

        airflow = Airflow(address, metadata.ADMINISTRATOR, password)
        deadline = time.monotonic() + 120
        while "greeting" not in airflow.dags() and time.monotonic() < deadline:
            time.sleep(1)
        run = airflow.trigger("greeting")
        while airflow.runs("greeting")[0].state in ("queued", "running") and time.monotonic() < deadline:
            time.sleep(1)
        assert airflow.runs("greeting")[0].state == "success"
        assert airflow.task_states(run) == [("greet", "success")]

        supervisor = int((here.var / "supervisord.pid").read_text())
        os.kill(supervisor, signal.SIGKILL)
        psutil.wait_procs([psutil.Process(pid) for pid in running if pid == supervisor and psutil.pid_exists(pid)], timeout=5)
        orphans = supervision.processes(here)
        assert len(orphans) >= 4

        down = multiball(here.home, "down")
        assert down.returncode == 0, down.stderr
        assert "no process of it is left" in down.stdout
        assert supervision.processes(here) == []
        assert not [pid for pid in running if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]
        assert somebody_elses.fileno() > 0
    assert "the stack is down" in multiball(here.home, "down").stdout
    assert multiball(here.home, "status").returncode == 1


def test_only_processes_of_the_workspace_are_taken_for_its_own(tmp_path: Path) -> None:
    mine, other = workspace(tmp_path / "mine"), workspace(tmp_path / "other")
    started = []
    for each in (mine, other):
        (each.var / "airflow").mkdir(parents=True)
        started.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], cwd=each.var / "airflow"))
    try:
        deadline = time.monotonic() + 10
        while not supervision.processes(mine) and time.monotonic() < deadline:
            time.sleep(0.1)
        supervision.stop(mine)
        assert started[0].poll() is not None
        assert [process.pid for process in supervision.processes(other)] == [started[1].pid]
    finally:
        for process in started:
            process.kill()
            process.wait()


def test_a_program_that_is_on_its_way_can_be_left_out_of_the_judgement() -> None:
    healthy = dict.fromkeys(("metadatabase", "scheduler", "dag_processor", "triggerer"), "healthy")
    present = lifecycle.Status(
        {"scheduler": "RUNNING", "superset": "BACKOFF"}, {**healthy, "superset": "starting"}, None, {}, mailbox=None, dashboards=None
    )
    assert not present.healthy
    assert present.healthy_without(["superset"])
    assert not present.healthy_without(["scheduler"])


def test_two_workspaces_share_neither_sockets_nor_files(tmp_path: Path) -> None:
    one, other = workspace(tmp_path / "one"), workspace(tmp_path / "other")
    assert supervision.runtime_folder(one) != supervision.runtime_folder(other)


def test_the_sandbox_belongs_to_the_stack_of_a_workspace_that_says_it_is_a_demo(tmp_path: Path) -> None:
    here = workspace(tmp_path / "workspace")
    (here.sources_file).write_text("# not ${MULTIBALL_SANDBOX_META_ADS_URL}\nsources: {}\n")
    assert not here.is_demo
    assert Workspace(REPOSITORY / "examples" / "demo").is_demo
    (here.sources_file).write_text("demo: soon\n")
    with pytest.raises(InputError, match=r"demo is 'soon'\. Give true or false\."):
        _ = Workspace(here.home).is_demo


def test_a_folder_that_is_no_workspace_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"there is no sources\.yml"):
        lifecycle.bring_up(Workspace(tmp_path), lambda line: None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to somebody else")
def test_the_folder_of_another_user_is_refused(tmp_path: Path) -> None:
    here = workspace(tmp_path / "workspace")
    here.var.mkdir()
    os.chown(here.var, 12345, -1)
    with pytest.raises(InputError, match="belongs to another user"):
        lifecycle.bring_up(here, lambda line: None)
