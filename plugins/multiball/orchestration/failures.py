"""Defaults of every task: a time limit, retries, and the failure mail to the owner."""

from __future__ import annotations

import html
import logging
import smtplib
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from airflow.providers.smtp.notifications.smtp import SmtpNotifier
from airflow.sdk import Context, ExceptionRetryPolicy, RetryAction, RetryRule
from airflow.sdk.exceptions import AirflowException, AirflowTaskTimeout

from multiball.runtime import demo_servers
from multiball.settings import workspace

log = logging.getLogger(__name__)

RETRIES: Mapping[str, Any] = {
    "retries": 2,
    "retry_delay": timedelta(seconds=30),
    "retry_exponential_backoff": 2.0,
    "max_retry_delay": timedelta(minutes=10),
    "retry_policy": ExceptionRetryPolicy(
        rules=[
            RetryRule(
                exception="multiball.shapes.InputError",
                action=RetryAction.FAIL,
                reason="The configuration is wrong: a retry cannot fix it.",
            ),
            RetryRule(
                exception="multiball.shapes.AccessRefused",
                action=RetryAction.FAIL,
                reason="The source refuses the credentials: a retry sends the same ones.",
            ),
        ]
    ),
}
"""Task arguments: sources and engines are retried with growing pauses; invalid input and refused credentials are not."""


def task_arguments(owner: str, hours: float) -> dict[str, Any]:
    """The arguments of all tasks of a DAG: its owner, who gets its mails, the time limit of one try, and `RETRIES`."""
    limit = timedelta(hours=hours)
    return {"owner": owner, "on_failure_callback": mail_owner(owner), "execution_timeout": limit, **RETRIES}


def mail_owner(owner: str) -> Callable[[Context], None]:
    """A callback that mails `owner` which task failed, why, where its log is and how to run it again.

    Needs a mail server. A mail that cannot be sent is logged, and does not affect the run.
    """

    def on_failure(context: Context) -> None:
        server = workspace().mail_server
        if server is None:
            log.error("No mail was sent to %s: MULTIBALL_SMTP_HOST is not set in the environment or in var/secrets.env.", owner)
            return
        if server.in_demo and not demo_servers.is_up(workspace(), "mailbox"):
            log.error("No mail was sent to %s: the demo's mailbox does not run.", owner)
            return
        subject, body = compose(context)
        try:
            SmtpNotifier(to=owner, from_email=server.sender, subject=subject, html_content=body).notify(context)
        except (OSError, smtplib.SMTPException, AirflowException) as error:
            log.error("The failure could not be mailed to %s: %s. Check MULTIBALL_SMTP_HOST and its companions.", owner, error)

    return on_failure


def _why(error: BaseException | str) -> str:
    """An error's message. Airflow's own one for a time limit does not help."""
    if isinstance(error, AirflowTaskTimeout):
        return f"It took longer than its time limit ({error}). The limit is time_limit_hours in sources.yml."
    return str(error)


def compose(context: Context) -> tuple[str, str]:
    """Subject and HTML of the mail about a failed task."""
    instance = context["ti"]
    error = context.get("exception")
    label = getattr(instance, "rendered_map_index", None)
    name = f"{instance.task_id} [{label}]" if label else instance.task_id
    run = context["dag_run"]
    day = (run.logical_date or run.run_after).date()
    rows = {
        "What failed": f"{name} in {instance.dag_id}, run {instance.run_id}, try {instance.try_number}",
        "Why": _why(error) if error else "The process ended without an error of its own: it was killed, or it ran out of memory or time.",
        "What to do": getattr(error, "remedy", "Read the log, fix the cause, and run it again."),
        "Log": instance.log_url,
        "Run again": f"MULTIBALL_HOME={workspace().home} multiball run {instance.dag_id} --date {day} (or clear the task in Airflow)",
    }
    cells = "".join(f"<tr><th align=left valign=top>{key}</th><td>{html.escape(str(value))}</td></tr>" for key, value in rows.items())
    return f"Multiball: {instance.dag_id}.{name} failed", f"<table cellpadding=6>{cells}</table>"
