"""Runs in the foreground, with real Airflow, a real Postgres and a real mail server. One workspace for all: its migration takes seconds."""

import email
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from email.policy import default
from pathlib import Path
from typing import Any

import psutil
import pytest
from aiosmtpd.controller import Controller

from multiball.runtime import supervision
from multiball.settings import REPOSITORY, Workspace

pytestmark = pytest.mark.airflow

DAGS = '''
"""DAGs of the tests, for Airflow."""
import subprocess
import time
from datetime import timedelta

from airflow.sdk import DAG, get_current_context, task

from multiball.connectors._rest import DeadToken
from multiball.orchestration.failures import task_arguments
from multiball.shapes import InputError

ARGUMENTS = {**task_arguments("owner@example.com", hours=1), "retry_delay": timedelta(seconds=1)}

with DAG("doubling", schedule=None, default_args=ARGUMENTS):

    @task
    def numbers():
        return [1, 2]

    @task(map_index_template="{{ label }}")
    def double(number):
        context = get_current_context()
        context["label"] = f"number {number}"
        if number == 2 and context["ti"].try_number == 1:
            raise RuntimeError("hiccup")
        print("noise")
        return number * 2

    @task
    def total(doubled):
        assert sum(doubled) == 6

    total(double.expand(number=numbers()))

with DAG("failing", schedule=None, default_args=ARGUMENTS):

    @task
    def refuse():
        raise InputError("the answer is <41>", where="the question", remedy="Give 42, not {{ 41 }}.")

    @task
    def after():
        pass

    refuse() >> after()

with DAG("denied", schedule=None, default_args=ARGUMENTS):

    @task
    def pull():
        raise DeadToken("the token is expired or wrong", source="shop", remedy="Renew it.")

    pull()

with DAG("slow", schedule=None, default_args={**task_arguments("owner@example.com", hours=1 / 1800), "retries": 0}):

    @task
    def wait():
        time.sleep(600)

    wait()

with DAG("endless", schedule=None, default_args=ARGUMENTS):

    @task
    def sleep():
        time.sleep(600)

    sleep()
'''


class Mailbox:
    def __init__(self) -> None:
        self.received: list[Any] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.received.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=default)))
        return "250 kept"


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="multiball-test-") as name:
        folder = Path(name)
        (folder / "sources.yml").write_text("sources: {}\n")
        (folder / "dags").mkdir()
        (folder / "dags" / "tests.py").write_text(DAGS)
        yield folder


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, port
    controller.stop()


def start(home: Path, *arguments: str, smtp_port: int = 1) -> subprocess.Popen[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AIRFLOW")},
        "MULTIBALL_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
        "MULTIBALL_SMTP_HOST": "127.0.0.1",
        "MULTIBALL_SMTP_PORT": str(smtp_port),
        "PYTHONPATH": str(REPOSITORY / "plugins"),
    }
    command = [sys.executable, "-c", "from multiball.cli.main import main; main()", *arguments]
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=_hear_interrupts
    )


def _hear_interrupts() -> None:
    """Where the tests run in the background, their shell has them and their children ignore SIGINT."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def run(home: Path, *arguments: str, smtp_port: int = 1) -> tuple[int, str, str]:
    process = start(home, *arguments, smtp_port=smtp_port)
    output, errors = process.communicate(timeout=240)
    return process.returncode, output, errors


def left_over(home: Path) -> list[str]:
    commands = [process.info["cmdline"] or [] for process in psutil.process_iter(["cmdline"])]
    return [" ".join(command) for command in commands if any(str(home) in part for part in command)]


def test_a_dag_runs_to_its_end_with_a_line_for_each_task_and_no_noise(home: Path) -> None:
    code, output, errors = run(home, "run", "doubling", "--date", "2026-01-31")
    assert (code, errors) == (0, "")
    lines = [line for line in output.splitlines() if not line.startswith("made the metadata")]
    assert lines[0] == "doubling for 2026-01-31"
    assert any(line.startswith("  double [number 2]: failed and will be tried again: hiccup") for line in lines)
    assert any(line.startswith("  double [number 2]: done") for line in lines)
    assert any(line.startswith("doubling succeeded") for line in lines)
    assert "noise" not in output
    assert "noise" in Path(lines[-1].removeprefix("log: ")).read_text()
    assert left_over(home) == []


def test_a_failed_task_mails_its_owner_why_and_what_to_do(home: Path, mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    code, output, _ = run(home, "run", "failing", smtp_port=port)
    assert code == 1
    assert "  refuse: FAILED: the question: the answer is <41>. Give 42, not {{ 41 }}." in output
    assert "  after: not run, because an earlier task failed" in output
    [(recipients, message)] = box.received
    assert recipients == ["owner@example.com"]
    assert message["subject"] == "Multiball: failing.refuse failed"
    text = message.get_body(("html",)).get_content()
    assert "the answer is &lt;41&gt;" in text
    assert "<td>Give 42, not {{ 41 }}.</td>" in text
    assert "multiball run failing --date" in text
    assert "/dags/failing/runs/" in text


def test_refused_credentials_are_tried_once(home: Path) -> None:
    code, output, _ = run(home, "run", "denied")
    assert code == 1
    assert "  pull: FAILED: source shop: the token is expired or wrong. Renew it." in output
    assert "again" not in output


def test_a_task_ends_at_its_time_limit_and_the_mail_says_so(home: Path, mailbox: tuple[Mailbox, int]) -> None:
    box, port = mailbox
    started = time.monotonic()
    code, output, _ = run(home, "run", "slow", smtp_port=port)
    assert code == 1 and "  wait: FAILED" in output
    assert time.monotonic() - started < 120
    [(_, message)] = box.received
    assert "It took longer than its time limit" in message.get_body(("html",)).get_content()


def test_an_absent_mail_server_is_logged_and_changes_nothing_else(home: Path) -> None:
    code, output, _ = run(home, "run", "failing", smtp_port=1)
    assert code == 1
    assert "The failure could not be mailed to owner@example.com" in Path(output.splitlines()[-1].removeprefix("log: ")).read_text()


def test_an_unknown_dag_is_one_clear_line(home: Path) -> None:
    code, _, errors = run(home, "run", "ingest_nothing")
    assert code == 2
    assert errors == "multiball: dags: there is no DAG 'ingest_nothing'. Known: denied, doubling, endless, failing, slow.\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_ended_run_leaves_no_process_and_the_next_run_works(home: Path, number: signal.Signals) -> None:
    process = start(home, "run", "endless")
    try:
        assert process.stdout is not None
        assert any(line.startswith("endless for") for line in process.stdout)
        time.sleep(2)
        process.send_signal(number)
        process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode != 0
    deadline = time.monotonic() + 20
    while left_over(home) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert left_over(home) == []


def gone(home: Path) -> bool:
    deadline = time.monotonic() + 30
    while left_over(home) and time.monotonic() < deadline:
        time.sleep(0.5)
    return left_over(home) == []


def test_a_killed_run_ends_but_for_its_postgres_which_is_shown_and_bars_no_later_run(home: Path) -> None:
    process = start(home, "run", "endless")
    assert process.stdout is not None
    assert any(line.startswith("endless for") for line in process.stdout)
    process.kill()
    process.communicate(timeout=60)
    deadline = time.monotonic() + 30
    while any("foreground_child" in command for command in left_over_of(home)) and time.monotonic() < deadline:
        time.sleep(0.5)
    assert not any("foreground_child" in command for command in left_over_of(home))
    code, output, errors = run(home, "status")
    assert code == 1 and "of its processes still run" in output, output + errors
    code, output, errors = run(home, "run", "doubling", "--date", "2026-02-28")
    assert (code, errors) == (0, "") and "stopping them first" in output
    assert gone(home)


@pytest.mark.parametrize("seed", range(2))
def test_an_interrupt_at_any_moment_even_twice_is_one_line_and_leaves_nothing(home: Path, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(3):
        process = start(home, "run", "endless")
        time.sleep(chance.uniform(1, 12))
        for _ in range(chance.choice([1, 2])):
            process.send_signal(chance.choice([signal.SIGINT, signal.SIGTERM]))
            time.sleep(chance.uniform(0, 1))
        _, errors = process.communicate(timeout=90)
        assert process.returncode != 0 and "Traceback" not in errors and len(errors.strip().splitlines()) <= 1, errors
        assert gone(home), left_over(home)
    code, output, errors = run(home, "run", "doubling", "--date", "2026-03-31")
    assert (code, errors) == (0, "") and "are left" not in output


def left_over_of(home: Path) -> list[str]:
    """The command lines of the processes of the workspace."""
    return [" ".join(process.cmdline()) for process in supervision.processes(Workspace(home))]


def test_a_backfill_of_the_warehouse_is_refused_with_what_to_do_instead(home: Path) -> None:
    code, _, errors = run(home, "backfill", "warehouse", "--from", "2026-01-01", "--to", "2026-01-31")
    assert code == 2
    assert errors.startswith("multiball: backfill: warehouse has no daily runs: each run builds all days.")
    assert errors.endswith("Run it once: multiball run warehouse.\n")
