"""The factory of the DAG `review`: a month's review is made, mailed to the teams, and put to the people who decide."""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, Param, TriggerRule, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from multiball.orchestration.decision import AskForDecision
from multiball.orchestration.failures import task_arguments
from multiball.orchestration.progress import in_foreground, notify
from multiball.settings import TIME_LIMIT_HOURS, workspace

SCHEDULE = "0 10 4 * *"
"""Cron, UTC: on the fourth day most platforms have settled the month's last days; what is not final yet is named in the review."""

QUESTIONS = "questions"
"""The XCom of `prepare` that holds the review's questions."""


def review_dag(owner: str, hours: float = TIME_LIMIT_HOURS) -> DAG:
    """The DAG `review`: one run for each month, and one for each revision. A try of a task may take `hours`; people may take longer.

    Mails go out before anybody is asked. A team whose mail is refused stops neither the other teams nor the questions, and makes the run
    fail. Several runs may wait for answers at a time.
    """
    with DAG(
        dag_id="review",
        description="the month's review is mailed to the teams, and its proposals are put to the people who decide",
        doc_md=_DOCUMENTATION.format(schedule=SCHEDULE, owner=owner),
        schedule=CronTriggerTimetable(SCHEDULE, timezone="UTC"),
        catchup=False,
        max_active_runs=6,
        params={
            "month": Param(
                None, type=["null", "string"], pattern=r"^\d{4}-\d{2}$", description="Such as 2026-10; empty: the last full one"
            ),
            "revise": Param(False, type="boolean", description="Make the next version from what is published now"),
        },
        tags=["review"],
        default_args=task_arguments(owner, hours),
    ) as dag:
        delivered = deliver.expand(mail=prepare())
        asked = questions()
        delivered >> [every_team_has_it(), asked]
        decision.expand(question=asked)
    return dag


@task
def prepare() -> list[dict[str, Any]]:
    """Make the review, or take the version that exists, and write it for each team; what is to be mailed to whom."""
    from multiball.flows import review_mail, review_steps
    from multiball.warehouse import open_warehouse

    here = workspace()
    warehouse = open_warehouse(here)
    context = get_current_context()
    moment = context["dag_run"].logical_date or context["dag_run"].run_after
    month = review_steps.month_of(context["params"]["month"], here, moment)
    review_mail.must_reach(here, None, sending=True)
    version, review = review_steps.review_of(
        here, warehouse, month, notify, revise=context["params"]["revise"], run_id=context["dag_run"].run_id
    )
    notify(f"{month:%Y-%m}, version {version.number}, by what was known at {version.as_of:%Y-%m-%d %H:%M} UTC")
    rendered = review_mail.render(here, version, review)
    for made in rendered:
        notify(f"{made.audience.team}: {made.folder / 'review.html'}")
    context["ti"].xcom_push(QUESTIONS, [question.model_dump(mode="json") for question in review_mail.questions_of(here, version, review)])
    return [made.parcel.model_dump(mode="json") for made in rendered if made.parcel]


@task(map_index_template="{{ label }}")
def deliver(mail: dict[str, Any]) -> None:
    """Mail a team its review, unless it has it."""
    from multiball.flows import review_mail
    from multiball.review.delivery import Parcel
    from multiball.warehouse import open_warehouse

    here = workspace()
    context: Any = get_current_context()
    context["label"] = mail["team"]
    review_mail.send(here, open_warehouse(here), [Parcel(**mail)], notify)


@task
def every_team_has_it() -> None:
    """Nothing but the state of the mails as an end of the run, so that a refused one is seen."""


@task(trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
def questions() -> list[dict[str, Any]]:
    """The review's proposals that nobody has decided yet, once at least one team has read of them."""
    from multiball.review.actions import decided
    from multiball.warehouse import open_warehouse

    done = decided(open_warehouse(workspace()))
    asked: list[dict[str, Any]] = get_current_context()["ti"].xcom_pull(task_ids="prepare", key=QUESTIONS)
    waiting = [question for question in asked if question["action"]["action_id"] not in done]
    if waiting and in_foreground():
        month = waiting[0]["action"]["month"][:7]
        notify(f"waiting for a decision: {len(waiting)}. Airflow asks: multiball up, then start the DAG review there for {month}")
        raise AirflowSkipException("nobody can answer a run in the foreground")
    return waiting


@task_group
def decision(question: dict[str, Any]) -> None:
    """One proposal: the question, and the record of its answer."""
    action: Any = AskForDecision(task_id="ask", question=question, map_index_template="{{ task.question.subject }}").output
    record_decision(action)


@task(map_index_template="{{ label }}")
def record_decision(action: dict[str, Any]) -> None:
    """Keep what was decided, for `action_log` and the next review."""
    from multiball.review.actions import record
    from multiball.warehouse import open_warehouse

    context: Any = get_current_context()
    context["label"] = action["title_en"]
    kept = record(open_warehouse(workspace()), action)
    notify(f"{action['decision']}: {action['title_en']}" if kept else f"was decided meanwhile: {action['title_en']}")


_DOCUMENTATION = """Makes the review of a month, mails it to the teams of `plan/teams.yml`, and asks for the decisions that it proposes.

* **When**: at `{schedule}` (UTC), for the last full month; by hand for any month, and with `revise` for the next version of one.
* **Questions** wait under *Required Actions* until their day to decide: *Approve*, *Change* (with a note) or *Reject*.
* **When a mail is refused**: the mail to {owner} has the server's words. Fix `plan/teams.yml` or the server, then clear `deliver`, or run
  `multiball review --month M --send`. Whoever has the review is not sent it again.
* **When `ask` failed**: the answer could not be taken; its log and the mail say why. Clear it: it asks again.
* **What was decided**: `multiball query "select * from action_log"`, after the next build.
"""
