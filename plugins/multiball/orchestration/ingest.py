"""The factory of ingest DAGs: a source's accounts, pulled by mapped tasks that fail and are retried separately."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Context, CronTriggerTimetable, Param, TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from multiball.connectors import connector
from multiball.flows import windows
from multiball.orchestration import assets
from multiball.orchestration.failures import task_arguments
from multiball.runtime import demo_servers
from multiball.settings import Workspace, time_limit_hours, workspace
from multiball.shapes import InputError, Source, Window

if TYPE_CHECKING:
    from multiball.warehouse import Warehouse

log = logging.getLogger(__name__)

PARALLEL_WINDOWS = 3
"""Parallel windows of one source: platforms limit the rate per application, not per process."""

Share = dict[str, Any]
"""A mapped task's input, as JSON: `account`, its `windows` (`start` and `end` as ISO days, both included, and `current`), and `threads`."""


def ingest_dag(source: Source) -> DAG:
    """The DAG `ingest_<source>`: plan the windows, pull and land each, then mark the source's raw tables as updated.

    A daily run pulls the restatement window up to its day, and monthly slices of the history that is not landed yet. With the
    parameters `start` and `end` it pulls those days again. A rerun changes nothing.
    """
    declared = connector(source.connector)
    with DAG(
        dag_id=f"ingest_{source.name}",
        description=f"{declared.title}: {len(source.accounts)} account(s) into raw_{source.connector}",
        doc_md=_DOCUMENTATION.format(title=declared.title, source=source, days=declared.restatement_days, api=declared.documentation),
        schedule=CronTriggerTimetable(source.schedule or declared.schedule, timezone="UTC"),
        catchup=False,
        max_active_runs=1,
        params={
            name: Param(None, type=["null", "string"], format="date", description=f"Pull again: the {which} day")
            for name, which in (("start", "first"), ("end", "last"))
        },
        tags=["ingest", source.connector],
        default_args=task_arguments(source.owner, time_limit_hours(source)),
    ) as dag:
        shares = plan_windows(source.name)
        pulled = extract_and_land.override(max_active_tis_per_dagrun=PARALLEL_WINDOWS).partial(source_name=source.name).expand(share=shares)
        marked = mark_landed.override(outlets=[assets.raw(source.name)])(source.name)
        pulled >> marked
        [pulled, marked] >> EmptyOperator(task_id="every_window_landed")
    return dag


@task
def plan_windows(source_name: str) -> list[Share]:
    """The windows to pull, oldest first, for each account that has any."""
    from multiball.flows.pulling import planned_windows
    from multiball.warehouse import open_warehouse

    here = workspace()
    source = here.sources[source_name]
    context = get_current_context()
    day = run_day(context)
    start, end = (context["params"].get(name) for name in ("start", "end"))
    if start or end:
        requested = windows.monthly(*_requested_range(start, end), today=datetime.now(UTC).date())
        plans = {account: requested for account in source.accounts}
    else:
        plans = planned_windows(open_warehouse(here), source, connector(source.connector).restatement_days, day)
    pulled = {account: planned for account, planned in plans.items() if planned}
    log.info("%d windows of %d accounts up to %s", sum(map(len, pulled.values())), len(pulled), day)
    threads = max(1, PARALLEL_WINDOWS // max(1, len(pulled)))
    return [{"account": account, "windows": list(map(_as_json, planned)), "threads": threads} for account, planned in pulled.items()]


@task(map_index_template="{{ share_name }}")
def extract_and_land(source_name: str, share: Share) -> None:
    """Pull the windows of one account and land each. A later try pulls those that are still missing."""
    from multiball.flows.pulling import pull_each
    from multiball.landing import loads
    from multiball.warehouse import open_warehouse

    context = get_current_context()
    account = share["account"]
    planned = [Window(date.fromisoformat(each["start"]), date.fromisoformat(each["end"]), each["current"]) for each in share["windows"]]
    context["share_name"] = f"{account} {planned[0].start} to {planned[-1].end}"  # type: ignore[typeddict-unknown-key]
    here = workspace()
    warehouse = open_warehouse(here)
    source = here.sources[source_name]
    demo_servers.require_of(here, source)
    landed = {(load.start, load.end) for load in loads(warehouse, source_name, account, run=_run(context))}
    missing = [window for window in planned if (window.start, window.end) not in landed]
    run_id = _run_id(context)
    pull_each(source_name, missing or planned, lambda window: _pull(here, warehouse, source, account, window, run_id), share["threads"])


def _pull(here: Workspace, warehouse: Warehouse, source: Source, account: str, window: Window, run_id: str) -> None:
    from multiball.landing import identity_key, land, landed_from

    # still request what an earlier history_from had loaded: its absence would look like a deletion
    since = landed_from(warehouse, source.name, account) or source.history_from
    source = replace(source, history_from=min(source.history_from, since))
    declared = connector(source.connector)
    landed = land(
        warehouse,
        source=source.name,
        connector=source.connector,
        account=account,
        entities=declared.entities,
        window=window,
        pages=declared.extract(source, account, window),
        run_id=f"{run_id}/{window.start}",
        identity_key=identity_key.key_of(here.secrets),
        phone_region=source.options.get("phone_region"),
    )
    for load in landed:
        log.info(
            "%s to %s: %s: %d extracted, %d landed, %d unchanged, %d rejected, %d deleted",
            window.start,
            window.end,
            load.entity,
            load.extracted,
            load.landed,
            load.unchanged,
            load.rejected,
            load.deleted,
        )
        if load.held:
            log.warning("%s: %d rows are missing and held back: multiball sources shows how to confirm", load.entity, load.held)
        if load.drift:
            log.warning("%s: the platform sent undeclared fields: %s", load.entity, ", ".join(load.drift))


@task(trigger_rule=TriggerRule.ALL_DONE)
def mark_landed(source_name: str) -> None:
    """Update the source's asset if at least one window has landed: failed windows are a gap and do not delay the rest."""
    from multiball.landing import loads
    from multiball.warehouse import open_warehouse

    landed = loads(open_warehouse(workspace()), source_name, run=_run(get_current_context()))
    if not landed:
        raise AirflowSkipException("no window has landed")
    log.info("raw tables of %s are updated: %d windows landed", source_name, len(landed))


def run_day(context: Context) -> date:
    """The last UTC day of a run: its logical date, or the day it was started if it has none."""
    run = context["dag_run"]
    moment: datetime = run.logical_date or run.run_after
    return moment.astimezone(UTC).date()


def _requested_range(start: str | None, end: str | None) -> tuple[date, date]:
    if not (start and end):
        raise InputError("only one of start and end is given", where="the run's parameters", remedy="Give both, or neither.")
    return date.fromisoformat(start), date.fromisoformat(end)


def _as_json(window: Window) -> dict[str, Any]:
    return {"start": window.start.isoformat(), "end": window.end.isoformat(), "current": window.current}


def _run(context: Context) -> str:
    """The prefix of the run ids of all loads of a DAG run."""
    return f"{context['ti'].dag_id}/{context['ti'].run_id}/"


def _run_id(context: Context) -> str:
    """A unique prefix for one try of one mapped task; its loads add the first day of their window."""
    return f"{_run(context)}{context['ti'].map_index}/{context['ti'].try_number}"


_DOCUMENTATION = """Pulls {title} into raw, each account separately.

* **Each run** pulls again the last {days} days, which the platform may still change, and the months since {source.history_from}
  that are not landed yet. Implausibly large deletions are held back: `multiball sources` shows them.
* **Pull some days again**: trigger it with `start` and `end`.
* **When it breaks**: the mail to {source.owner} says why and what to do. The accounts and months that landed are built and published;
  clear the failed tasks to fill the gap.
* The platform's documentation: {api}
"""
