"""Runs a DAG to its end in this process: the same code as under the scheduler, without the stack."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Any

from multiball.orchestration import metadata, secret_file, supervision
from multiball.orchestration.environment import FOREGROUND_DATABASE, airflow_environment
from multiball.settings import REPOSITORY, Workspace, workspace
from multiball.shapes import InputError
from multiball.warehouse import embedded_postgres

Tell = Callable[[str], None]


def run(dag_id: str, day: date | None = None, parameters: Mapping[str, Any] | None = None) -> int:
    """Run the DAG for a day (today, UTC, when none is given) to its end; 0 when it succeeded, 1 when it failed.

    Prints a line for each task; everything that Airflow and the tasks say goes to a file in `var/logs/`. Uses the stack's Postgres while it
    runs and starts one for the duration otherwise. Raises InputError when there is no such DAG.
    """
    here = secret_file.ensure(workspace())
    day = day or datetime.now(UTC).date()
    log = here.var / "logs" / f"run-{dag_id}-{datetime.now(UTC):%Y%m%dT%H%M%S}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = airflow_environment(here, FOREGROUND_DATABASE)
    with _console(log) as tell, _metadata_server(here, tell):
        if metadata.prepare(here, FOREGROUND_DATABASE, environment):
            tell("made the metadata database for runs in the foreground (once)")
        os.environ.update(environment)
        sys.path[:0] = [path for path in environment["PYTHONPATH"].split(os.pathsep) if path not in sys.path]
        return _run(dag_id, day, dict(parameters or {}), log, tell)


def backfill(dag_id: str, start: date, end: date) -> int:
    """Pull the days from `start` to `end` again, in monthly slices of one run of an ingest DAG; 0 or 1 as `run`."""
    if not dag_id.startswith("ingest_"):
        raise InputError(
            f"{dag_id} has no days of its own: each of its runs builds all of them",
            where="backfill",
            remedy=f"Run it once: multiball run {dag_id}.",
        )
    if end < start:
        raise InputError(f"{end} is before {start}", where="backfill", remedy="Give the earlier day as --from.")
    if end > datetime.now(UTC).date():
        raise InputError(f"{end} is in the future", where="backfill", remedy="Give today or an earlier day as --to.")
    return run(dag_id, end, {"start": start.isoformat(), "end": end.isoformat()})


def _run(dag_id: str, day: date, parameters: dict[str, Any], log: Path, tell: Tell) -> int:
    from airflow.sdk import DagRunState

    dag = _find(dag_id)
    started = time.monotonic()
    tell(f"{dag_id} for {day}")
    with _progress(tell):
        outcome = dag.test(logical_date=datetime(day.year, day.month, day.day, tzinfo=UTC), run_conf=parameters)
    for instance in outcome.get_task_instances():
        if instance.state == "upstream_failed":
            tell(f"  {instance.task_id}: not run, as what it needs failed")
    good = bool(outcome.state == DagRunState.SUCCESS)
    tell(f"{dag_id} {'succeeded' if good else 'FAILED'} after {time.monotonic() - started:.0f} s. Log: {log}")
    return 0 if good else 1


def _find(dag_id: str) -> Any:
    """The DAG, by parsing `dags/`; a faulty DAG file matters only when the DAG might be in it."""
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(dag_folder=str(REPOSITORY / "dags"))
    if dag_id in bag.dags:
        return bag.dags[dag_id]
    for file, error in bag.import_errors.items():
        last = str(error).strip().splitlines()[-1]
        raise InputError(f"cannot be read ({last.split(': ', 1)[-1]})", where=file, remedy="Mend that first.")
    raise InputError(f"there is no DAG {dag_id!r}", where="dags", remedy=f"There are {', '.join(sorted(bag.dags))}.")


@contextmanager
def _metadata_server(here: Workspace, tell: Tell) -> Iterator[None]:
    """The stack's Postgres, or one for the duration; while it is ours, nobody starts or stops servers of the workspace."""
    with ExitStack() as held:
        if not _stack_runs(here):
            held.enter_context(supervision.claim(here, tell))
        if _stack_runs(here):
            held.close()
        else:
            held.enter_context(embedded_postgres.running_postgres(here.var / "postgres", settings=metadata.SETTINGS))
        yield


def _stack_runs(here: Workspace) -> bool:
    return supervision.states(here).get(supervision.DATABASE) == "RUNNING"


@contextmanager
def _console(log: Path) -> Iterator[Tell]:
    """Keeps the console clear: what anything prints goes to the log, below Python too, and `tell` writes to the console and the log."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    kept = [os.dup(descriptor) for descriptor in (1, 2)]
    with open(log, "ab", buffering=0) as output, os.fdopen(os.dup(kept[0]), "w", encoding="utf-8") as console:
        for descriptor in (1, 2):
            os.dup2(output.fileno(), descriptor)
        try:
            yield _teller(console, output)
        finally:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
            for descriptor, original in zip((1, 2), kept, strict=True):
                os.dup2(original, descriptor)
                os.close(original)


def _teller(console: IO[str], log: IO[bytes]) -> Tell:
    def tell(line: str) -> None:
        log.write(f"{line}\n".encode())
        console.write(f"{line}\n")
        console.flush()

    return tell


@contextmanager
def _progress(tell: Tell) -> Iterator[None]:
    """A listener of Airflow's that tells of each task as it ends."""
    from airflow.listeners import hookimpl
    from airflow.sdk.listener import get_listener_manager

    begun: dict[str, float] = {}

    def said(instance: Any, verdict: str) -> None:
        label = getattr(instance, "rendered_map_index", None) or (f"{instance.map_index}" if instance.map_index >= 0 else "")
        name = f"{instance.task_id} [{label}]" if label else instance.task_id
        tell(f"  {name}: {verdict} ({time.monotonic() - begun.get(str(instance.id), time.monotonic()):.1f} s)")

    class Listener:
        """Hooks of Airflow's task instances."""

        @hookimpl
        def on_task_instance_running(self, previous_state: Any, task_instance: Any) -> None:
            """Remember when the task began."""
            begun[str(task_instance.id)] = time.monotonic()

        @hookimpl
        def on_task_instance_success(self, previous_state: Any, task_instance: Any) -> None:
            """Tell of the task."""
            said(task_instance, "done")

        @hookimpl
        def on_task_instance_skipped(self, previous_state: Any, task_instance: Any) -> None:
            """Tell of the task."""
            said(task_instance, "skipped")

        @hookimpl
        def on_task_instance_failed(self, previous_state: Any, task_instance: Any, error: Any) -> None:
            """Tell of the task and what to do."""
            said(task_instance, f"FAILED, {error}")

    manager = get_listener_manager()
    listener = Listener()
    manager.add_listener(listener)
    try:
        yield
    finally:
        manager.pm.unregister(listener)
