"""Runs a DAG to its end in the foreground: the same code as under the scheduler, without the stack.

Airflow runs in a child process (`foreground_child`), since it and the libraries of the tasks print a lot, from import to exit.
The child's output goes to a file in `var/logs/`; progress for the user comes through a pipe.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from multiball.runtime import metadata, secret_file, supervision
from multiball.runtime.environment import FOREGROUND_DATABASE, airflow_environment
from multiball.runtime.signals import ended_by_sigterm, undisturbed
from multiball.settings import Workspace, workspace
from multiball.shapes import InputError
from multiball.warehouse import embedded_postgres

_STOP_SECONDS = 10


def run(dag_id: str, day: date | None = None, parameters: Mapping[str, Any] | None = None) -> int:
    """Run the DAG for a day (today, UTC, when none is given) to its end; 0 when it succeeded, 1 when it failed.

    Prints a line for each task; the output of Airflow and the tasks goes to a file in `var/logs/`. Uses the stack's Postgres while it
    runs and starts one for the duration otherwise. Raises InputError when there is no such DAG.
    """
    here = secret_file.ensure(workspace())
    log = here.var / "logs" / f"run-{dag_id}-{datetime.now(UTC):%Y%m%dT%H%M%S}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = airflow_environment(here, FOREGROUND_DATABASE)
    day = day or datetime.now(UTC).date()
    with ended_by_sigterm(), _metadata_server(here):
        if metadata.prepare(here, FOREGROUND_DATABASE, environment):
            notify("made the metadata database for runs in the foreground (once)")
        return _follow([dag_id, day.isoformat(), json.dumps(dict(parameters or {}))], environment, supervision.working_folder(here), log)


def backfill(dag_id: str, start: date, end: date) -> int:
    """Pull the days from `start` to `end` again, in monthly slices of one run of an ingest DAG; 0 or 1 as `run`."""
    if not dag_id.startswith("ingest_"):
        raise InputError(
            f"{dag_id} has no daily runs: each run builds all days",
            where="backfill",
            remedy=f"Run it once: multiball run {dag_id}.",
        )
    if end < start:
        raise InputError(f"{end} is before {start}", where="backfill", remedy="Give the earlier day as --from.")
    if end > datetime.now(UTC).date():
        raise InputError(f"{end} is in the future", where="backfill", remedy="Give today or an earlier day as --to.")
    return run(dag_id, end, {"start": start.isoformat(), "end": end.isoformat()})


def notify(line: str) -> None:
    """Print a line at once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _follow(arguments: list[str], environment: Mapping[str, str], folder: Path, log: Path) -> int:
    """Run the child, print its messages, and return its exit code; an interrupt ends the child and its task.

    The child's working folder marks it as a process of the workspace. It ends with this process, since its standard input ends then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    reading, writing = os.pipe()
    command = [sys.executable, "-m", "multiball.orchestration.foreground_child", str(writing), *arguments]
    with log.open("ab") as output:
        child = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=output, stderr=output, stdin=subprocess.PIPE, pass_fds=[writing]
        )
    os.close(writing)
    refused: InputError | None = None
    try:
        with os.fdopen(reading, encoding="utf-8") as messages:
            for message in messages:
                content = json.loads(message)
                if isinstance(content, str):
                    notify(content)
                else:
                    refused = InputError(content["what"], where=content["where"], remedy=content["remedy"])
        code = child.wait()
    finally:
        if child.poll() is None:
            with undisturbed():
                child.send_signal(signal.SIGINT)
                try:
                    child.wait(_STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
    if refused:
        raise refused
    if code < 0:
        notify(f"{arguments[0]} FAILED: its process was killed by signal {-code}")
    notify(f"log: {log}")
    return 0 if code == 0 else 1


@contextmanager
def _metadata_server(here: Workspace) -> Iterator[None]:
    """The stack's Postgres, or a temporary one, during which no other command starts or stops servers of the workspace.

    Processes of a killed stack or command are ended first.
    """
    data, held = here.var / "postgres", ExitStack()
    try:
        if not _stack_runs(here):
            held.enter_context(supervision.claim(here, notify))
        if _stack_runs(here):
            held.close()
            embedded_postgres.wait_until_ready(embedded_postgres.dsn(data))
        else:
            supervision.end_left_over(here, notify)
            held.enter_context(embedded_postgres.running_postgres(data, settings=metadata.SETTINGS))
        yield
    finally:
        with undisturbed():
            held.close()


def _stack_runs(here: Workspace) -> bool:
    """Whether there is a stack whose Postgres runs or is starting."""
    return supervision.states(here).get(supervision.DATABASE) in ("RUNNING", "STARTING", "BACKOFF")
