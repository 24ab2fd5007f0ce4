"""The factory of the DAG `warehouse`: write, audit, publish. The steps themselves are in `steps`."""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any

from airflow.sdk import DAG, Asset, AssetAll, AssetOrTimeSchedule, CronTriggerTimetable, Param, TriggerRule, get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from multiball.orchestration import assets
from multiball.orchestration.failures import task_arguments
from multiball.orchestration.progress import notify
from multiball.runtime.signals import ended_by_sigterm
from multiball.settings import TIME_LIMIT_HOURS, workspace

log = logging.getLogger(__name__)

DEADLINE = "0 9 * * *"
"""Cron, UTC: a build starts then even if a source has not landed anything; the marts show what is missing."""

Build = dict[str, str]
"""What the tasks of one build pass on: `build_id`, and `as_of` (ISO, UTC), up to which the build reads raw."""


def warehouse_dag(owner: str, raw: list[Asset], hours: float = TIME_LIMIT_HOURS) -> DAG:
    """The DAG `warehouse`: builds when every one of the `raw` assets was updated, or at the latest at the daily deadline.

    A failed task stops everything after it, and the published state stays. Results of dbt are recorded after a failed build
    too; that task is not a leaf, so it cannot make the run look successful. A try of a task may take `hours`.
    """
    deadline = CronTriggerTimetable(DEADLINE, timezone="UTC")
    with DAG(
        dag_id="warehouse",
        description="raw is checked, dbt builds a candidate, the candidate is checked and published",
        doc_md=_DOCUMENTATION.format(deadline=DEADLINE, owner=owner),
        schedule=AssetOrTimeSchedule(timetable=deadline, assets=AssetAll(*raw)) if raw else deadline,
        catchup=False,
        max_active_runs=1,
        params={"as_of": Param(None, type=["null", "string"], format="date-time", description="Build the state as known at this moment")},
        tags=["warehouse", "dbt"],
        default_args=task_arguments(owner, hours),
    ) as dag:
        build: Any = expect_raw()
        built = dbt_build(build)
        valued = lifetime_value(build)
        completed = dbt_build_after_science(build)
        recorded = record_dbt_results(build)
        audited = expect_marts(build)
        published = publish(build)
        built >> valued >> completed >> recorded >> audited >> published
        completed >> audited
    return dag


@task(retries=0)
def expect_raw() -> Build:
    """Record the plan, set the moment of the build, and check raw up to it."""
    from multiball.flows import steps
    from multiball.warehouse import open_warehouse

    here = workspace()
    warehouse = open_warehouse(here)
    build_id = steps.new_build_id(warehouse)
    for line in steps.record_plan(here, warehouse, build_id):
        log.info("%s", line)
    requested = get_current_context()["params"].get("as_of")
    as_of = datetime.fromisoformat(requested) if requested else warehouse.moment()
    build = {"build_id": build_id, "as_of": as_of.isoformat()}
    for outcome in steps.expect_raw(here, warehouse, build["build_id"], as_of):
        log.info("%s", outcome.summary)
    return build


@task(retries=1)
def dbt_build(build: Build) -> None:
    """Build all models before science, with their tests, in one dbt process; a retry starts from the beginning."""
    from multiball.flows import steps
    from multiball.warehouse import open_warehouse

    here = workspace()
    with ended_by_sigterm():
        steps.build(here, open_warehouse(here), build["build_id"], datetime.fromisoformat(build["as_of"]), log.info)


@task(retries=1)
def lifetime_value(build: Build) -> None:
    """Fit the models of lifetime value on the candidate's marts and write the results next to them."""
    from multiball.flows import steps
    from multiball.warehouse import open_warehouse

    here = workspace()
    warehouse = open_warehouse(here)
    steps.value_customers(here, warehouse, warehouse.candidate(build["build_id"]), datetime.fromisoformat(build["as_of"]), log.info)


@task(retries=1)
def dbt_build_after_science(build: Build) -> None:
    """Build the marts that read the results of science, with their tests."""
    from multiball.flows import steps
    from multiball.warehouse import open_warehouse

    here = workspace()
    steps.build_after_science(here, open_warehouse(here), build["build_id"], datetime.fromisoformat(build["as_of"]), log.info)


@task(retries=0, trigger_rule=TriggerRule.ALL_DONE)
def record_dbt_results(build: Build | None) -> dict[str, int]:
    """Record the results of every model and test, also of a failed build; the number of nodes by status.

    Fails on missing or stale results.
    """
    from multiball.flows import steps
    from multiball.warehouse import open_warehouse

    if build is None:
        raise AirflowSkipException("the checks of raw failed, so dbt has not run")
    here = workspace()
    results = steps.record_results(here, open_warehouse(here), build["build_id"])
    for result in results:
        log.info("%-8s %7.2f s  %s %s %s", result.status, result.seconds, result.kind, result.name, result.message or "")
    return {status: sum(result.status == status for result in results) for status in sorted({result.status for result in results})}


@task(retries=0)
def expect_marts(build: Build) -> None:
    """Audit the candidate."""
    from multiball.flows import steps
    from multiball.warehouse import open_warehouse

    here = workspace()
    for outcome in steps.expect_marts(here, open_warehouse(here), build["build_id"], datetime.fromisoformat(build["as_of"])):
        log.info("%s", outcome.summary)


@task(outlets=[assets.MARTS])
def publish(build: Build) -> None:
    """Publish the candidate in one step; skipped if readers see a build that began later."""
    from multiball.flows import steps
    from multiball.warehouse import open_warehouse

    if not steps.publish(open_warehouse(workspace()), build["build_id"], datetime.fromisoformat(build["as_of"]), notify):
        raise AirflowSkipException("readers see a build that began later")
    log.info("build %s is published", build["build_id"])


_DOCUMENTATION = """Checks raw, builds every mart into a candidate, audits it, and publishes it in one step.

* **When**: as soon as every source has landed; at the latest at `{deadline}` (UTC).
* **When it breaks**: readers keep the last good state, and the mail to {owner} names the failing model or check. Fix the model, the
  data or the expectation, and clear the failed task, or run `multiball run warehouse`.
* **Results of each model and test**: the log of `record_dbt_results`, and `select * from raw_multiball.model_run`.
"""
