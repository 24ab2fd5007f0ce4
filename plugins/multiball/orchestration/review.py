"""The factory of the DAG `review`: makes a month's review, mails it to the teams, and requests decisions."""

from __future__ import annotations

from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable, Param, TriggerRule, get_current_context, task, task_group
from airflow.sdk.exceptions import AirflowSkipException

from multiball.orchestration.decision import AskForDecision
from multiball.orchestration.failures import task_arguments
from multiball.orchestration.progress import in_foreground, notify
from multiball.settings import TIME_LIMIT_HOURS, workspace

SCHEDULE = "0 10 4 * *"
"""Cron, UTC: by the fourth day most platforms have finalised the month; the review names what is not final yet."""

QUESTIONS = "questions"
"""The XCom of `prepare` with the review's questions."""


def review_dag(owner: str, hours: float = TIME_LIMIT_HOURS) -> DAG:
    """The DAG `review`: one run for each month, and one for each revision. A try of a task may take `hours`; people may take longer.

    Mails are sent before the questions. A refused mail does not stop the other teams or the questions, but makes the run
    fail. Several runs may wait for answers at the same time.
    """
    with DAG(
        dag_id="review",
        description="the month's review is mailed to the teams, and decisions on its proposals are requested",
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
        put = questions()
        delivered >> [every_team_has_it(), put]
        decision.expand(question=put)
    return dag


@task
def prepare() -> list[dict[str, Any]]:
    """Make the review, or use the existing version, and write it for each team; returns the mails."""
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
    notify(f"{month:%Y-%m}, version {version.number}, as of {version.as_of:%Y-%m-%d %H:%M} UTC")
    rendered = review_mail.render(here, version, review)
    for made in rendered:
        notify(f"{made.audience.team}: {made.folder / 'review.html'}")
    context["ti"].xcom_push(QUESTIONS, [question.model_dump(mode="json") for question in review_mail.questions_of(here, version, review)])
    return [made.mail.model_dump(mode="json") for made in rendered if made.mail]


@task(map_index_template="{{ label }}")
def deliver(mail: dict[str, Any]) -> None:
    """Mail a team its review, unless it has it."""
    from multiball.flows import review_mail
    from multiball.review.delivery import OutgoingMail
    from multiball.warehouse import open_warehouse

    here = workspace()
    context: Any = get_current_context()
    context["label"] = mail["team"]
    review_mail.send(here, open_warehouse(here), [OutgoingMail(**mail)], notify)


@task
def every_team_has_it() -> None:
    """A last task with the state of the mails, so that a refused one makes the run fail."""


@task(trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
def questions() -> list[dict[str, Any]]:
    """The review's undecided proposals, once at least one team has the review."""
    from multiball.review.actions import decided
    from multiball.warehouse import open_warehouse

    done = decided(open_warehouse(workspace()))
    put: list[dict[str, Any]] = get_current_context()["ti"].xcom_pull(task_ids="prepare", key=QUESTIONS)
    waiting = [question for question in put if question["action"]["action_id"] not in done]
    if waiting and in_foreground():
        month = waiting[0]["action"]["month"][:7]
        notify(f"waiting for a decision: {len(waiting)}. Airflow asks: multiball up, then start the DAG review there for {month}")
        raise AirflowSkipException("a run in the foreground cannot receive answers")
    return waiting


@task_group
def decision(question: dict[str, Any]) -> None:
    """One proposal: the question, and the record of its answer."""
    action: Any = AskForDecision(task_id="ask", question=question, map_index_template="{{ task.question.subject }}").output
    record_decision(action)


@task(map_index_template="{{ label }}")
def record_decision(action: dict[str, Any]) -> None:
    """Record the decision for `action_log` and the next review."""
    from multiball.review.actions import record
    from multiball.review.answers import title_of
    from multiball.warehouse import open_warehouse

    context: Any = get_current_context()
    context["label"] = title = title_of(action)
    kept = record(open_warehouse(workspace()), action)
    notify(f"{action['decision']}: {title}" if kept else f"already decided: {title}")


_DOCUMENTATION = """Makes the review of a month, mails it to the teams of `plan/teams.yml`, and requests the decisions that it proposes.

* **When**: at `{schedule}` (UTC), for the last full month; by hand for any month, and with `revise` for the next version of one.
* **Questions** wait under *Required Actions* until their day to decide: *Approve*, *Change* (with a note) or *Reject*.
* **When a mail is refused**: the mail to {owner} has the server's words. Fix `plan/teams.yml` or the server, then clear `deliver`, or run
  `multiball review --month M --send`. Teams that have the review do not get it again.
* **When `ask` failed**: the answer was invalid; its log and the mail say why. Clear it: it asks again.
* **Decisions**: `multiball query "select * from action_log"`, after the next build.
"""
