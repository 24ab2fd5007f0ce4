"""Making an environment under rough handling: nothing is installed, since the lock files' digests are all that is looked at."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from multiball.settings import REPOSITORY


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """A checkout of which there is only what make_env reads, with an environment that is complete."""
    for folder in ("tools", "requirements", ".venv/bin"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(REPOSITORY / "tools" / "make_env.py", tmp_path / "tools")
    for name in ("multiball", "dev", "uv"):
        (tmp_path / "requirements" / f"{name}.txt").write_text("")
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    evaluated(tmp_path, "make_env._stamp(make_env.ENVIRONMENTS['multiball'], 'multiball')")
    yield tmp_path


def evaluated(checkout: Path, expression: str) -> str:
    code = f"import sys; sys.path.insert(0, 'tools'); import make_env; print({expression})"
    return subprocess.run([sys.executable, "-c", code], cwd=checkout, capture_output=True, text=True, check=True).stdout.strip()


def make_env(checkout: Path) -> subprocess.Popen[str]:
    """The call as in a terminal: what runs the tests in the background may ignore SIGINT, and its children would inherit that."""
    command = [sys.executable, str(checkout / "tools" / "make_env.py"), "multiball"]

    def listen() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=listen)


def test_a_complete_environment_is_left_as_it_is(checkout: Path) -> None:
    made = make_env(checkout)
    assert made.communicate(timeout=60) == ("", "") and made.returncode == 0


def test_a_checkout_that_cannot_be_written_is_reported_in_one_line(checkout: Path) -> None:
    (checkout / ".venv.lock").unlink(missing_ok=True)
    (checkout / ".venv.lock").mkdir()  # bars root, too
    made = make_env(checkout)
    _, said = made.communicate(timeout=60)
    assert made.returncode == 1
    assert said == f"multiball: {checkout / '.venv.lock'}: Is a directory. Correct that and run it again.\n"


def test_a_second_call_says_at_once_that_it_waits_and_goes_on_afterwards(checkout: Path) -> None:
    with open(checkout / ".venv.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = make_env(checkout)
        assert made.stdout and made.stdout.readline().startswith("waiting for another command")
    assert made.wait(60) == 0
    made.communicate()


def test_an_interrupted_call_ends_with_one_line(checkout: Path) -> None:
    with open(checkout / ".venv.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = make_env(checkout)
        assert made.stdout and made.stdout.readline().startswith("waiting")
        time.sleep(0.2)
        made.send_signal(signal.SIGINT)
        _, said = made.communicate(timeout=60)
    assert (made.returncode, said) == (1, "multiball: stopped; run it again to continue\n")


def test_a_stamp_that_a_full_disk_cut_off_is_that_of_no_environment(checkout: Path) -> None:
    os.truncate(checkout / ".venv" / "installed.json", 0)
    assert evaluated(checkout, "make_env._installed(make_env.ENVIRONMENTS['multiball'])") == "None"


def test_an_installer_without_its_stamp_is_made_again_and_not_run(checkout: Path) -> None:
    half = checkout / ".venv-uv" / "bin" / "uv"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"cut off")
    code = "[setattr(make_env, '_run', lambda command: None), make_env._installer(), make_env._installed(make_env.INSTALLER)[0]][-1]"
    assert evaluated(checkout, code) == "uv"
    assert not half.exists()
