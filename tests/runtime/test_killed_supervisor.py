"""A supervisor, or a program of its, that was killed at any moment: it is noticed, and the next start finds nothing in its way."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import psutil
import pytest

from multiball.cli.health_checks import run_checks
from multiball.runtime import lifecycle, stack, supervision
from multiball.settings import REPOSITORY, Workspace
from tests.runtime import small_stack
from tests.runtime.small_stack import SLEEPER, until

PROGRAMS = {"scheduler": SLEEPER, "triggerer": SLEEPER}


@pytest.fixture
def here() -> Iterator[Workspace]:
    with small_stack.folder() as found:
        yield found


def supervisor(here: Workspace) -> psutil.Process:
    return psutil.Process(int((here.var / "supervisord.pid").read_text()))


def said(here: Workspace, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> tuple[str, bool]:
    """What `status` says, and whether `doctor` finds the stack well."""
    monkeypatch.setenv("MULTIBALL_HOME", str(here.home))
    capfd.readouterr()
    assert stack.status() == 1
    [finding] = [finding for finding in run_checks(here) if finding.subject == "stack"]
    assert finding.passed or "multiball down" in finding.remedy
    return capfd.readouterr().out, finding.passed


def heal(here: Workspace) -> list[str]:
    """What `up` does before it starts anything; nothing is left afterwards."""
    lines: list[str] = []
    with supervision.claim(here, lines.append):
        supervision.end_left_over(here, lines.append)
    assert supervision.processes(here) == []
    assert not supervision.runtime_folder(here).exists()
    return lines


def test_a_killed_supervisor_is_noticed_and_healed(
    here: Workspace, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    small_stack.start(here, PROGRAMS)
    assert supervision.left_over(here) == []
    supervisor(here).kill()
    until(lambda: len(supervision.left_over(here)) == 2)
    line, passed = said(here, capfd, monkeypatch)
    assert "supervisor of the stack" in line and "2 of its processes" in line and not passed
    with supervision.claim(here, lambda line: None):  # a command is at work, and its processes are no leftovers
        assert supervision.left_over(here) == []
    assert heal(here) == ["2 processes of a killed stack or command still run: stopping them first"]
    line, passed = said(here, capfd, monkeypatch)
    assert "is down" in line and passed
    small_stack.start(here, PROGRAMS)


def test_a_supervisor_that_is_killed_while_its_stack_comes_up_is_reported_at_once(here: Workspace) -> None:
    small_stack.start(here, PROGRAMS)
    supervisor(here).kill()
    until(lambda: supervision.server(here) is None)
    with pytest.raises(lifecycle.StackFailed, match=r"supervisord has ended\..*supervisord\.log"):
        lifecycle.wait(here, lambda line: None)
    with pytest.raises(supervision.SupervisionFailed, match="supervisord has ended"):
        supervision.start_program(here, "scheduler")


def test_a_program_that_cannot_start_is_reported_with_its_log(here: Workspace) -> None:
    small_stack.start(here, PROGRAMS)
    supervision.server(here).stopProcess("scheduler")  # type: ignore[union-attr]
    with pytest.raises(supervision.SupervisionFailed, match=r"nobody does not start\. It wrote no log"):
        supervision.start_program(here, "nobody", wait=True)


def test_a_supervisor_that_hangs_or_whose_socket_is_gone_is_noticed_and_healed(here: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "_ANSWER_SECONDS", 1)
    small_stack.start(here, PROGRAMS)
    supervisor(here).suspend()
    assert len(supervision.left_over(here)) == 3
    heal(here)
    small_stack.start(here, PROGRAMS)
    shutil.rmtree(supervision.runtime_folder(here))
    assert len(supervision.left_over(here)) == 3
    heal(here)


def test_a_killed_program_is_started_again(here: Workspace) -> None:
    small_stack.start(here, PROGRAMS)
    before = {process.pid for process in supervisor(here).children()}
    for process in supervisor(here).children():
        process.kill()
    until(lambda: not before & {process.pid for process in supervisor(here).children()} and len(supervisor(here).children()) == 2)
    until(lambda: set(supervision.states(here).values()) == {"RUNNING"})


STARTER = """
import sys
from pathlib import Path
from multiball.settings import Workspace
from tests.runtime import small_stack
small_stack.start(Workspace(Path(sys.argv[1])), {"scheduler": small_stack.SLEEPER, "triggerer": small_stack.SLEEPER})
"""


@pytest.mark.parametrize("seed", range(2))
def test_a_start_that_is_killed_at_any_moment_bars_no_later_one(here: Workspace, seed: int) -> None:
    chance = random.Random(seed)
    environment = {**os.environ, "PYTHONPATH": f"{REPOSITORY / 'plugins'}:{REPOSITORY}"}
    for _ in range(3):
        starter = subprocess.Popen([sys.executable, "-c", STARTER, str(here.home)], env=environment, start_new_session=True)
        time.sleep(chance.uniform(0.5, 4))
        (os.killpg if chance.random() < 0.5 else os.kill)(starter.pid, signal.SIGKILL)
        starter.wait(timeout=30)
        if chance.random() < 0.5:
            for process in supervision.processes(here)[:1]:
                process.kill()
        heal(here)
    small_stack.start(here, PROGRAMS)


def test_numbers_in_old_files_name_nobody(here: Workspace) -> None:
    """As after a restart of the machine: the number of the old supervisor is another process's, and its socket is a plain file."""
    somebody = subprocess.Popen(["sleep", "300"])
    try:
        (here.var / "supervisord.pid").write_text(f"{somebody.pid}\n")
        folder = supervision.runtime_folder(here)
        folder.mkdir(mode=0o700)
        (folder / "supervisor.sock").write_text("")
        assert supervision.server(here) is None and supervision.left_over(here) == []
        heal(here)
        assert somebody.poll() is None
        small_stack.start(here, PROGRAMS)
    finally:
        somebody.kill()
        somebody.wait()
