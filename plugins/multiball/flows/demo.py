"""`make demo`: the stack with the sandbox, thirteen months of history through the real DAGs, the published marts, and a review."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import httpx

from multiball.connectors import connector
from multiball.flows.demo_review import mail_review
from multiball.flows.pulling import planned_windows
from multiball.landing import loads
from multiball.runtime import metadata, superset, supervision
from multiball.runtime.airflow_api import Airflow, Run
from multiball.runtime.lifecycle import StackFailed, bring_up, check_workspace, password, wait
from multiball.runtime.signals import ended_by_sigterm
from multiball.runtime.stack import addresses, progress_printer, write
from multiball.settings import Workspace, workspace
from multiball.shapes import InputError, Notify
from multiball.warehouse import open_warehouse

_DONE = ("success", "failed", "skipped", "upstream_failed", "removed")
_PARSED_SECONDS = 120
_TRIGGERED_SECONDS = 60
_NOTIFY_EVERY = 10
_TAKEN_DOWN = "the stack was stopped before the demo was ready. Landed data is kept: run it again to continue."


def demo() -> int:
    """Start the stack, load what is missing, publish it, mail the review, and print the addresses; returns 0, or 1 on failure.

    A second call finds everything done. A failed source is reported, and the rest is published. A call waits for another
    that is running.
    """
    here = workspace()
    if not here.is_demo:
        raise InputError(
            "does not belong to a demo", where=str(here.sources_file), remedy="Write demo: true into it, or start its stack: multiball up."
        )
    check_workspace(here)
    notify = progress_printer()
    with ended_by_sigterm(), supervision.claim_demo(here, notify):
        present = bring_up(here, notify, later=[superset.PROGRAM])
        try:
            airflow = Airflow(str(present.address), metadata.ADMINISTRATOR, password(here), lambda: supervision.runs(here))
            good = _load_and_publish(airflow, here, notify) and mail_review(airflow, here, notify)
            present = wait(here, notify)
        except httpx.HTTPError as error:
            if not supervision.runs(here):
                raise StackFailed(_TAKEN_DOWN) from error
            raise StackFailed(f"Airflow does not respond as expected ({error}). Read {here.var / 'logs'}, and run it again.") from error
        except KeyboardInterrupt as error:
            if not supervision.runs(here):
                raise StackFailed(_TAKEN_DOWN) from error
            raise StackFailed("stopped; the stack is still running. Run it again to follow it, or stop it with make down.") from error
    write(addresses(here, present))
    return 0 if good else 1


def _load_and_publish(airflow: Airflow, here: Workspace, notify: Notify) -> bool:
    ingests = [f"ingest_{name}" for name in here.sources]
    _await_dags(airflow, {*ingests, "warehouse", "review"})
    runs = [_loaded(airflow, dag_id) or airflow.trigger(dag_id) for dag_id in ingests]
    if any(run.state not in _DONE for run in runs):
        notify(f"loading the history of {len(runs)} sources since {min(source.history_from for source in here.sources.values())}")
        runs = _follow(airflow, runs, notify, "windows landed", _Landing(here, runs).progress)
    failed = [run for run in runs if run.state != "success"]
    for run in failed:
        notify(f"{run.dag_id} FAILED; what it loaded is published")
    published = _publication(airflow, runs, notify)
    if published.state not in _DONE:
        notify("checking raw, building the marts with dbt, checking them, publishing")
        [published] = _follow(airflow, [published], notify, "steps done")
    notify("the marts are published" if published.state == "success" else "publication FAILED: readers still see the last published state")
    return published.state == "success" and not failed


def _await_dags(airflow: Airflow, expected: set[str]) -> None:
    deadline = time.monotonic() + _PARSED_SECONDS
    while missing := expected - airflow.dags():
        for file, error in airflow.import_errors().items():
            raise InputError(f"cannot be read ({error})", where=file, remedy="Fix that, and run it again.")
        if time.monotonic() > deadline:
            raise StackFailed(f"Airflow does not find {', '.join(sorted(missing))}")
        time.sleep(1)


def _loaded(airflow: Airflow, dag_id: str) -> Run | None:
    """The run that loaded the history, or continues loading it."""
    return next((run for run in airflow.runs(dag_id) if run.state in ("success", "running", "queued")), None)


def _publication(airflow: Airflow, loaded: Sequence[Run], notify: Notify) -> Run:
    """The run of `warehouse` that includes all loads: Airflow starts it once all sources have landed."""
    # a source's asset is updated by its second-last task, shortly before its run ends
    landed = max(run.ended for run in loaded if run.ended) - timedelta(seconds=30)
    all_landed = all(run.state == "success" for run in loaded)
    deadline = time.monotonic() + (_TRIGGERED_SECONDS if all_landed else 0)
    while True:
        complete = [run for run in airflow.runs("warehouse") if run.queued >= landed]
        for run in complete:
            if run.state != "failed":
                return run
        if complete:
            notify("an earlier build of the landed data failed: building it again")
            return airflow.trigger("warehouse")
        if time.monotonic() > deadline:
            reason = "Airflow has not begun to build the landed data" if all_landed else "not every source has landed"
            notify(f"{reason}, so the demo starts the build")
            return airflow.trigger("warehouse")
        time.sleep(2)


class _Landing:
    """The progress of the runs of ingest DAGs in windows: a task pulls all windows of an account."""

    def __init__(self, here: Workspace, runs: Sequence[Run]) -> None:
        self._warehouse, self._runs, today = open_warehouse(here), runs, datetime.now(UTC).date()
        planned = (
            planned_windows(self._warehouse, source, connector(source.connector).restatement_days, today)
            for source in here.sources.values()
        )
        self._windows = self._landed() + sum(len(windows) for plan in planned for windows in plan.values())

    def progress(self) -> tuple[int, int]:
        """The number of landed windows, and of all windows."""
        return self._landed(), self._windows

    def _landed(self) -> int:
        return sum(len(loads(self._warehouse, run.dag_id.removeprefix("ingest_"), run=f"{run.dag_id}/{run.run_id}/")) for run in self._runs)


def _follow(
    airflow: Airflow, runs: Sequence[Run], notify: Notify, what: str, progress: Callable[[], tuple[int, int]] | None = None
) -> list[Run]:
    """Wait until the runs have ended; reports progress (by default in tasks), an estimate of the time left, and failed tasks."""
    started, notified_at, failures = time.monotonic(), 0.0, set[tuple[str, str]]()
    pace: tuple[float, int] | None = None
    while True:
        current = [next(new for new in airflow.runs(run.dag_id) if new.run_id == run.run_id) for run in runs]
        tasks = [(run.dag_id, label, state) for run in current for label, state in airflow.task_states(run)]
        for dag_id, label, state in tasks:
            if state == "failed" and (dag_id, label) not in failures:
                failures.add((dag_id, label))
                notify(f"{dag_id}: {label} FAILED; Airflow has its log")
        if all(run.state in _DONE for run in current):
            return current
        elapsed = time.monotonic() - started
        if elapsed - notified_at >= _NOTIFY_EVERY:
            notified_at = elapsed
            done, whole = progress() if progress else (sum(state in _DONE for _, _, state in tasks), len(tasks))
            pace = pace or (elapsed, done)
            notify(f"{done} of {whole} {what}{_left(elapsed - pace[0], done - pace[1], whole - done)}")
        time.sleep(2)


def _left(elapsed: float, done: int, to_do: int) -> str:
    if done < 3 or elapsed <= 0:
        return ""
    minutes = elapsed / done * to_do / 60
    return f", about {minutes:.0f} min left" if minutes >= 1 else ", less than a minute left"
