"""The one factory of ingest DAGs: a source's accounts and days, pulled by mapped tasks that fail and are retried alone."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Context, CronTriggerTimetable, Param, TriggerRule, get_current_context, task

from multiball.connectors import connector
from multiball.orchestration import assets, demo_servers, windows
from multiball.orchestration.failures import task_arguments
from multiball.settings import time_limit_hours, workspace
from multiball.shapes import InputError, Source, Window

log = logging.getLogger(__name__)

PARALLEL_WINDOWS = 3
"""Windows of one source that are pulled at a time: platforms limit the rate for each application, not for each process."""

Slice = dict[str, Any]
"""A mapped task's input, as JSON: `account`, `start`, `end` (ISO days, both included), `current`."""


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
        slices = plan_windows(source.name)
        pulled = extract_and_land.override(max_active_tis_per_dagrun=PARALLEL_WINDOWS).partial(source_name=source.name).expand(piece=slices)
        marked = mark_landed.override(outlets=[assets.raw(source.name)])(source.name)
        pulled >> marked
        [pulled, marked] >> EmptyOperator(task_id="every_window_landed")
    return dag


@task
def plan_windows(source_name: str) -> list[Slice]:
    """The windows to pull, of every account, oldest first."""
    from multiball.landing import held_days, landed_from, loads
    from multiball.warehouse import open_warehouse

    here = workspace()
    source = here.sources[source_name]
    days = connector(source.connector).restatement_days
    context = get_current_context()
    day = run_day(context)
    start, end = (context["params"].get(name) for name in ("start", "end"))
    if start or end:
        asked = windows.monthly(*_asked_range(start, end), today=datetime.now(UTC).date())
        plans = {account: asked for account in source.accounts}
    else:
        warehouse = open_warehouse(here)
        plans = {}
        for account in source.accounts:
            settled = (
                windows.settled(load.start, load.end, load.extracted_at.date(), days) for load in loads(warehouse, source_name, account)
            )
            plans[account] = windows.plan(
                source.history_from,
                day,
                days,
                [window for window in settled if window],
                landed_from=landed_from(warehouse, source_name, account),
                held=held_days(warehouse, source_name, account),
            )
    slices = [_slice(account, window) for account, planned in plans.items() for window in planned]
    log.info("%d windows of %d accounts up to %s", len(slices), len(plans), day)
    return slices


@task(map_index_template="{{ slice_name }}")
def extract_and_land(source_name: str, piece: Slice) -> dict[str, int]:
    """Pull one window of one account and land it; the rows extracted and landed."""
    from multiball.landing import identity_key, land, landed_from
    from multiball.warehouse import open_warehouse

    context = get_current_context()
    context["slice_name"] = f"{piece['account']} {piece['start']} to {piece['end']}"  # type: ignore[typeddict-unknown-key]
    here = workspace()
    warehouse = open_warehouse(here)
    source = here.sources[source_name]
    demo_servers.require_of(here, source)
    # what an earlier history_from had loaded is asked for still: an answer without it would look like its deletion
    since = landed_from(warehouse, source_name, piece["account"]) or source.history_from
    source = replace(source, history_from=min(source.history_from, since))
    declared = connector(source.connector)
    window = Window(date.fromisoformat(piece["start"]), date.fromisoformat(piece["end"]), piece["current"])
    landed = land(
        warehouse,
        source=source.name,
        connector=source.connector,
        account=piece["account"],
        entities=declared.entities,
        window=window,
        pages=declared.extract(source, piece["account"], window),
        run_id=_run_id(context),
        identity_key=identity_key.key_of(here.secrets),
        phone_region=source.options.get("phone_region"),
    )
    for load in landed:
        log.info(
            "%s: %d extracted, %d landed, %d unchanged, %d rejected, %d deleted",
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
    return {"extracted": sum(load.extracted for load in landed), "landed": sum(load.landed for load in landed)}


@task(trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
def mark_landed(source_name: str) -> None:
    """Update the source's asset once at least one window has landed: what failed is a gap, and does not hold up the rest."""
    log.info("raw tables of %s are updated", source_name)


def run_day(context: Context) -> date:
    """The UTC day that a run brings a source up to: its logical date, or the day it was started when it has none."""
    run = context["dag_run"]
    moment: datetime = run.logical_date or run.run_after
    return moment.astimezone(UTC).date()


def _asked_range(start: str | None, end: str | None) -> tuple[date, date]:
    if not (start and end):
        raise InputError("only one of start and end is given", where="the run's parameters", remedy="Give both, or neither.")
    return date.fromisoformat(start), date.fromisoformat(end)


def _slice(account: str, window: Window) -> Slice:
    return {"account": account, "start": window.start.isoformat(), "end": window.end.isoformat(), "current": window.current}


def _run_id(context: Context) -> str:
    """Tells one try of one mapped task from every other, and the same in each of its rows."""
    instance = context["ti"]
    return f"{instance.dag_id}/{instance.run_id}/{instance.map_index}/{instance.try_number}"


_DOCUMENTATION = """Pulls {title} into raw, every account by itself.

* **Each run** pulls again the last {days} days, which the platform may still change, and the months since {source.history_from}
  that are not landed yet. Deletions too large to believe are held back: `multiball sources` shows them.
* **Pull some days again**: trigger it with `start` and `end`.
* **When it breaks**: the mail to {source.owner} says why and what to do. The accounts and months that did land are built and published;
  clear the failed tasks to fill the gap.
* The platform's documentation: {api}
"""
