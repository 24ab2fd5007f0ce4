"""The child process of a run in the foreground: Airflow's own `dag.test()`, with a listener that reports each task to the parent."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from datetime import UTC, date, datetime
from typing import Any

from airflow.dag_processing.dagbag import DagBag
from airflow.listeners import hookimpl
from airflow.sdk import DAG, DagRunState, TaskInstanceState
from airflow.sdk.listener import get_listener_manager

from multiball.orchestration import progress
from multiball.shapes import InputError, Notify

_STOP_SECONDS = 10


def run(dag: DAG, day: date, parameters: dict[str, Any], notify: Notify) -> bool:
    """Run the DAG for a day and report its tasks; whether it succeeded."""
    started = time.monotonic()
    notify(f"{dag.dag_id} for {day}")
    manager: Any = get_listener_manager()
    manager.add_listener(_Progress(notify))
    progress.add_listener(lambda line: notify(f"    {line}"))
    outcome = dag.test(logical_date=datetime(day.year, day.month, day.day, tzinfo=UTC), run_conf=parameters)
    for instance in outcome.get_task_instances():
        if instance.state == TaskInstanceState.UPSTREAM_FAILED:
            notify(f"  {instance.task_id}: not run, because an earlier task failed")
    succeeded = bool(outcome.state == DagRunState.SUCCESS)
    notify(f"{dag.dag_id} {'succeeded' if succeeded else 'FAILED'} after {time.monotonic() - started:.0f} s")
    return succeeded


def find(dag_id: str) -> DAG:
    """The DAG of that id in the DAGs folder. InputError when there is none, which names the files that cannot be read."""
    bag = DagBag()
    if dag_id in bag.dags:
        return bag.dags[dag_id]
    for file, error in bag.import_errors.items():
        last = str(error).strip().splitlines()[-1].split(": ", 1)[-1]
        raise InputError(f"cannot be read ({last})", where=f"dags/{file}", remedy="Fix that first.")
    raise InputError(f"there is no DAG {dag_id!r}", where="dags", remedy=f"Known: {', '.join(sorted(bag.dags))}.")


class _Progress:
    """Hooks of Airflow's task instances."""

    def __init__(self, notify: Notify) -> None:
        self._notify = notify
        self._begun: dict[str, float] = {}

    @hookimpl
    def on_task_instance_running(self, previous_state: Any, task_instance: Any) -> None:
        """Store when the task began."""
        self._begun[str(task_instance.id)] = time.monotonic()

    @hookimpl
    def on_task_instance_success(self, previous_state: Any, task_instance: Any) -> None:
        """Report success."""
        self._verdict(task_instance, "done")

    @hookimpl
    def on_task_instance_skipped(self, previous_state: Any, task_instance: Any) -> None:
        """Report that there was nothing to do."""
        self._verdict(task_instance, "skipped")

    @hookimpl
    def on_task_instance_failed(self, previous_state: Any, task_instance: Any, error: Any) -> None:
        """Report why it failed, and whether it is tried again."""
        again = task_instance.state == TaskInstanceState.UP_FOR_RETRY
        self._verdict(task_instance, f"{'failed and will be tried again' if again else 'FAILED'}: {error}")

    def _verdict(self, instance: Any, verdict: str) -> None:
        label = getattr(instance, "rendered_map_index", None) or (str(instance.map_index) if instance.map_index >= 0 else "")
        seconds = time.monotonic() - self._begun.get(str(instance.id), time.monotonic())
        self._notify(f"  {instance.task_id}{f' [{label}]' if label else ''}: {verdict} ({seconds:.1f} s)")


def _end_with_parent() -> None:
    """Interrupt this process when its standard input ends, because the parent, which held the other end, has ended."""
    os.read(0, 1)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(_STOP_SECONDS)
    os._exit(1)


def main(pipe: str, dag_id: str, day: str, parameters: str) -> int:
    """Entry point. Messages to the parent are JSON lines: a text to print, or an InputError's parts."""
    with os.fdopen(int(pipe), "w", encoding="utf-8", buffering=1) as messages:

        def send(message: object) -> None:
            messages.write(json.dumps(message) + "\n")
            messages.flush()

        try:
            return 0 if run(find(dag_id), date.fromisoformat(day), json.loads(parameters), send) else 1
        except InputError as error:
            send({"what": error.what, "where": error.where, "remedy": error.remedy})
            return 2


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    code = main(*sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)  # a regular exit takes seconds with Airflow and has no use: all state is committed
