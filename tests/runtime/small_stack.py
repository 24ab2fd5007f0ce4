"""A workspace's supervisord with chosen programs, without Airflow: up in a second."""

from __future__ import annotations

import os
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from multiball.runtime import supervision
from multiball.settings import REPOSITORY, Workspace

SLEEPER: Sequence[str] = ("-c", "import time; time.sleep(300)")


@contextmanager
def folder(sources: str = "sources: {}\n") -> Iterator[Workspace]:
    """A workspace in a folder that a server of another user can reach; whatever runs in it is ended."""
    with tempfile.TemporaryDirectory(prefix="multiball-test-") as name:
        (Path(name) / "sources.yml").write_text(sources)
        here = Workspace(Path(name))
        here.var.mkdir()
        try:
            yield here
        finally:
            supervision.stop(here)


def start(here: Workspace, programs: Mapping[str, Sequence[str]]) -> None:
    """Start supervisord and the programs, each a Python command's arguments, and wait until all run."""
    options = {name: {"command": shlex.join([sys.executable, *arguments])} for name, arguments in programs.items()}
    environment = {**os.environ, "PYTHONPATH": f"{REPOSITORY / 'plugins'}:{REPOSITORY}"}
    supervision.start_supervisord(here, supervision.configure(here, options), environment)
    for name in programs:
        supervision.server(here).startProcess(name, False)  # type: ignore[union-attr]
    until(lambda: set(supervision.states(here).values()) == {"RUNNING"})


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    """Wait until it is true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not become true in time"
        time.sleep(0.1)
