"""The end of `make demo`: the last full month's review in the mailbox, and its decisions waiting in Airflow."""

from __future__ import annotations

import time
from datetime import date

from multiball.flows.review_steps import decisions_address, month_of
from multiball.runtime.airflow_api import Airflow, Run
from multiball.settings import Workspace
from multiball.shapes import Notify

_ENDED = ("success", "failed")
_WAITS = "awaiting_input"
_SETTLED = ("success", "failed", "upstream_failed", "skipped", _WAITS)


def mail_review(airflow: Airflow, here: Workspace, notify: Notify) -> bool:
    """Make and mail the review of the last full month and request its decisions, unless done; whether every team has it."""
    month = month_of(None, here)
    runs = [run for run in airflow.runs("review") if run.state != "failed" and _month(run, here) == month]
    if not runs:
        notify(f"making the review of {month:%Y-%m} and mailing it to the teams")
    run = runs[0] if runs else airflow.trigger("review", {"month": f"{month:%Y-%m}"})
    state, tasks = _until_it_waits(airflow, run)
    waiting = sum(task_state == _WAITS for _, task_state in tasks)
    if waiting:
        notify(f"the review of {month:%Y-%m} is mailed; waiting for a decision: {waiting}. {decisions_address(here)}")
    elif state == "success":
        notify(f"the review of {month:%Y-%m} is mailed, and nothing waits for a decision")
    for label in (label for label, task_state in tasks if task_state == "failed"):
        notify(f"review: {label} FAILED; Airflow has its log")
    return not any(task_state == "failed" for _, task_state in tasks)


def _month(run: Run, here: Workspace) -> date:
    return month_of(run.parameters.get("month"), here, run.queued)


def _until_it_waits(airflow: Airflow, run: Run) -> tuple[str, list[tuple[str, str | None]]]:
    """State and tasks of the run, once it has ended or only waits for people."""
    while True:
        tasks = airflow.task_states(run)
        state = next(new.state for new in airflow.runs("review") if new.run_id == run.run_id)
        questions = [task_state for label, task_state in tasks if label.startswith("decision.ask")]
        settled = all(task_state in _SETTLED for task_state in questions)
        if state in _ENDED or (_WAITS in questions and settled):
            return state, tasks
        time.sleep(2)
