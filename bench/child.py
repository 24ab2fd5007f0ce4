"""One script in a fresh process, measured from outside: wall time, processor time, and the memory of its largest process."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.figure import BENCH

LIMIT_SECONDS = 1800.0
_KIB = 1024
_SHOWN = 2000


class ChildFailed(Exception):
    """A script failed, or said nothing of what it did. The message holds its command, its end, and the end of its standard error."""


@dataclass(frozen=True)
class Sample:
    """What one run took. `memory_mb` is the peak of the script's largest process, not the sum of all; `did` is what the script says."""

    seconds: float
    cpu_seconds: float
    memory_mb: float
    load_average: float
    did: dict[str, object]


def run(command: Sequence[str | Path], environment: dict[str, str] | None = None, limit: float = LIMIT_SECONDS) -> Sample:
    """Run a command to its end. Its process group ends with it, and with an interrupt. Raises `ChildFailed`."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        started = time.perf_counter()
        child = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complained,
            cwd=BENCH.parent,
            env=environment if environment is not None else clean_environment(),
            start_new_session=True,
        )
        timer = threading.Timer(limit, _kill, (child.pid,))
        timer.start()
        try:
            _, status, used = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - started
            child.returncode = os.waitstatus_to_exitcode(status)
        finally:
            timer.cancel()
            _kill(child.pid)
        if seconds >= limit:
            raise ChildFailed(f"{_shown(command)}: stopped after {limit:.0f} seconds. {_tail(complained)}")
        if child.returncode != 0:
            raise ChildFailed(f"{_shown(command)}: exit code {child.returncode}. {_tail(complained)}")
        did = _did(_tail(said), command)
    cpu = used.ru_utime + used.ru_stime
    return Sample(round(seconds, 4), round(cpu, 4), round(used.ru_maxrss / _KIB, 1), round(load, 2), did)


def clean_environment() -> dict[str, str]:
    """The environment without what would change Multiball or Python beneath a script."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("MULTIBALL_", "PYTHON", "AIRFLOW", "DBT_"))}


def memory_floor_mb() -> float:
    """What Linux counts of this process as memory of every child that it starts: no sample can be below it."""
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / _KIB, 1)


def _kill(group: int) -> None:
    """End processes that the script left running, if any."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


def _did(text: str, command: Sequence[str | Path]) -> dict[str, object]:
    try:
        did = json.loads(text.rstrip().rsplit("\n", 1)[-1])
    except ValueError:
        did = None
    if not isinstance(did, dict):
        raise ChildFailed(f"{_shown(command)}: the last line of its output is not a JSON object that says what it did")
    return did


def _shown(command: Sequence[str | Path]) -> str:
    return " ".join(str(part) for part in command[:4])


def _tail(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode(errors="replace").strip()[-_SHOWN:]
