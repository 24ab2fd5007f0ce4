"""The steps of write, audit, publish, for the `warehouse` DAG's tasks and `multiball query --as-of`. Without Airflow."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from multiball import plan, quality, transform
from multiball.connectors import connectors
from multiball.importing.entities import entities as imported_entities
from multiball.landing import landed_connectors
from multiball.settings import Workspace
from multiball.shapes import Entity, InputError, Notify
from multiball.transform.build import build_folder
from multiball.warehouse import Target, Warehouse, WarehouseError
from multiball.warehouse.interface import Build, as_utc, now
from multiball.warehouse.records import CLOCK_CORRECTION, OWN, PUBLICATION, RECORDS, append_records


def raw_entities() -> list[tuple[str, Entity]]:
    """Every raw table that staging reads: the schema's name without `raw_`, and the entity."""
    entities = [(connector.name, entity) for connector in connectors().values() for entity in connector.entities]
    entities += [("import", entity) for entity in imported_entities().values()]
    return entities + [(OWN, entity) for entity in (*RECORDS, *map(plan.raw_entity, plan.recorded_files()))]


def prepare_raw(warehouse: Warehouse) -> None:
    """Create missing raw tables that staging reads."""
    for name, entity in raw_entities():
        warehouse.ensure_raw(name, entity)


def record_plan(workspace: Workspace, warehouse: Warehouse, run_id: str) -> list[str]:
    """Record the present plan of the workspace; returns lines about the result.

    A plan is optional. One with faults is not recorded: the last recorded plan stays valid, and the lines name each fault.
    """
    if not plan.plan_folder(workspace).exists():
        removed = plan.record_plan(warehouse, plan.Plan({}), run_id)
        return [f"the workspace has no plan; {rows} {name} were removed" for name, rows in removed.items()]
    try:
        current = plan.read_plan(workspace)
    except InputError as error:
        return [str(error), _PLAN_LEFT]
    faults = plan.check(current, currency=workspace.reporting_currency).faults
    if faults:
        return [*map(str, faults), _PLAN_LEFT]
    return [f"{rows} {name} of the plan changed" for name, rows in plan.record_plan(warehouse, current, run_id).items()]


_PLAN_LEFT = "the plan was not recorded; the last valid one still applies. Run `multiball plan check`"


def expect_raw(workspace: Workspace, warehouse: Warehouse, build_id: str, as_of: datetime) -> list[quality.CheckOutcome]:
    """Check raw. Raises `quality.ChecksFailed` when no build may use it."""
    prepare_raw(warehouse)
    raw = {f"raw_{connector}.{entity.name}": entity for connector, entity in raw_entities()}
    with blocking_is_recorded(warehouse, build_id, as_of):
        return quality.check(workspace, warehouse, "raw", warehouse.candidate(build_id), as_of, raw=raw)


def new_build_id(warehouse: Warehouse) -> str:
    """An id for a build that begins now. Ids sort by the start of builds, since an engine's moments increase."""
    return f"{warehouse.moment():%Y%m%d_%H%M%S_%f}"


def correct_stamps(warehouse: Warehouse, by: str, notify: Notify) -> int:
    """Give the present moment to rows that a wrong clock stamped later than now, and record it; returns the number of rows.

    The published state gets a present id too; otherwise new builds could not replace it.
    """
    with warehouse.build_lock(notify), warehouse.publication_lock(notify):
        rows, new = warehouse.restamp()
        build_id, published = new_build_id(warehouse), warehouse.published()
        if published and published.build_id > build_id:
            warehouse.redate(build_id, new.get(published.as_of, warehouse.moment()) if published.as_of else warehouse.moment())
        if new:
            record = {"run_id": f"clock/{build_id}", "rows": rows, "first_moment": min(new), "last_moment": max(new), "corrected_by": by}
            append_records(warehouse, CLOCK_CORRECTION, [{**record, "corrected_at": now()}], build_id)
    return rows


def build(workspace: Workspace, warehouse: Warehouse, build_id: str, as_of: datetime, notify: Notify) -> None:
    """Build all models before science into the candidate. Raises `transform.BuildFailed`."""
    target = warehouse.candidate(build_id)
    with warehouse.build_lock(notify), blocking_is_recorded(warehouse, build_id, as_of):
        warehouse.discard(target)
        warehouse.compact_raw()
        for stray in warehouse.raw_strays():
            notify(stray)
        transform.build(workspace, warehouse, target, as_of, sources=_sources(workspace, warehouse), notify=notify)


def value_customers(workspace: Workspace, warehouse: Warehouse, target: Target, as_of: datetime, notify: Notify) -> None:
    """Fit the models of lifetime value on the target's marts and write the results next to them; reports their quality."""
    from multiball import science

    found = science.write_lifetime_values(workspace, warehouse, target, as_of)
    notify(f"{found['customers']} customers, {found['repeat_customers']} of them bought again, up to {found['as_of_date']}")
    if reason := found.get("cannot_tell"):
        notify(f"lifetime value is unknown: {reason}")


def build_after_science(workspace: Workspace, warehouse: Warehouse, build_id: str, as_of: datetime, notify: Notify) -> None:
    """Build the models that read the results of science. Raises `transform.BuildFailed`."""
    with warehouse.build_lock(notify), blocking_is_recorded(warehouse, build_id, as_of):
        transform.build(
            workspace,
            warehouse,
            warehouse.candidate(build_id),
            as_of,
            stage="after_science",
            sources=_sources(workspace, warehouse),
            notify=notify,
        )


def build_whole(workspace: Workspace, warehouse: Warehouse, target: Target, as_of: datetime, notify: Notify = lambda line: None) -> None:
    """All steps of a build, one after the other, into an empty target."""
    sources = _sources(workspace, warehouse)
    transform.build(workspace, warehouse, target, as_of, sources=sources, notify=notify)
    value_customers(workspace, warehouse, target, as_of, notify)
    transform.build(workspace, warehouse, target, as_of, stage="after_science", sources=sources, notify=notify)


def _sources(workspace: Workspace, warehouse: Warehouse) -> transform.Sources:
    """The connectors that are configured, and those that have landed data, which stays in the marts."""
    used = {source.connector for source in workspace.sources.values()} | landed_connectors(warehouse)
    days = {declared.platform: declared.restatement_days for declared in connectors().values() if declared.platform}
    return transform.Sources(used, days)


def record_results(workspace: Workspace, warehouse: Warehouse, build_id: str) -> list[transform.NodeResult]:
    """Record state, time and rows of every model and test of a build. Raises `transform.BuildFailed` if results are missing or stale."""
    target = warehouse.candidate(build_id)
    later = build_folder(workspace, target, "after_science")
    folders = [build_folder(workspace, target), *([later] if later.exists() else [])]
    return [result for folder in folders for result in transform.record(warehouse, target, folder)]


def expect_marts(workspace: Workspace, warehouse: Warehouse, build_id: str, as_of: datetime) -> list[quality.CheckOutcome]:
    """Audit the candidate. Raises `quality.ChecksFailed` when it must not be published."""
    with blocking_is_recorded(warehouse, build_id, as_of):
        return quality.check(workspace, warehouse, "marts", warehouse.candidate(build_id), as_of)


def publish(warehouse: Warehouse, build_id: str, as_of: datetime, notify: Notify = lambda line: None) -> bool:
    """Publish the candidate and record it once. False if readers see a build that began later, which stays published.

    Can be repeated after a kill at any point. The next publication records what a killed one did not.
    """
    with warehouse.publication_lock(notify):
        try:
            seen = _recorded(warehouse)
        except WarehouseError as error:  # a published state that cannot be read is replaced
            notify(str(error))
            seen = None
        if seen is None or seen.build_id < build_id:
            warehouse.publish(warehouse.candidate(build_id), as_of)
            seen = _recorded(warehouse)
    if seen is None or seen.build_id == build_id:
        return True
    notify(f"build {build_id} is not published: readers see {seen.build_id}, which began later")
    return False


def _recorded(warehouse: Warehouse) -> Build | None:
    """The published build, after making sure that its publication is recorded, which a killed publication may have missed."""
    build = warehouse.published()
    if build and build.as_of:
        warehouse.ensure_raw(OWN, PUBLICATION)
        sql = f"select 1 as found from raw_{OWN}.{PUBLICATION.name} where status = 'published' and build_id = $build_id"
        if warehouse.read_raw(OWN, sql, {"build_id": build.build_id}).num_rows == 0:
            _decide(warehouse, build.build_id, build.as_of, "published", None, build.published_at)
    return build


def rebuild_as_of(workspace: Workspace, warehouse: Warehouse, as_of: datetime, notify: Notify) -> Target:
    """The state as of a moment, built next to the published one and kept for later queries.

    A future moment means now.
    """
    as_of = min(as_utc(as_of), warehouse.moment())
    target = warehouse.as_of_target(as_of)
    if not warehouse.is_sealed(target):
        notify(f"building the state as of {as_of:%Y-%m-%d %H:%M:%S} UTC")
        prepare_raw(warehouse)
        with warehouse.build_lock(notify):
            warehouse.discard(target)
            build_whole(workspace, warehouse, target, as_of)
            warehouse.seal(target)
    return target


@contextmanager
def blocking_is_recorded(warehouse: Warehouse, build_id: str, as_of: datetime) -> Iterator[None]:
    """Record that a build was blocked, and why, when one of its steps fails, so that readers learn that their data is older."""
    try:
        yield
    except (quality.ChecksFailed, transform.BuildFailed) as error:
        _decide(warehouse, build_id, as_of, "blocked", str(error))
        raise


def _decide(
    warehouse: Warehouse, build_id: str, as_of: datetime, status: str, reason: str | None, decided_at: datetime | None = None
) -> None:
    decision = {"build_id": build_id, "as_of": as_utc(as_of), "status": status, "reason": reason, "decided_at": decided_at or now()}
    append_records(warehouse, PUBLICATION, [decision], build_id)
