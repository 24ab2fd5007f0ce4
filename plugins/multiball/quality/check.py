"""Checks a layer of the warehouse, records the results, and blocks the publication if necessary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from multiball.quality.outcome import CheckOutcome, ChecksFailed
from multiball.quality.suites import Layer, Suite, load_suites
from multiball.settings import Workspace
from multiball.shapes import Entity, InputError
from multiball.warehouse.interface import Target, Warehouse, as_utc
from multiball.warehouse.records import EXPECTATION_RESULT, append_records


def check(
    workspace: Workspace,
    warehouse: Warehouse,
    layer: Layer,
    target: Target,
    as_of: datetime,
    suites: Sequence[Suite] | None = None,
    raw: Mapping[str, Entity] | None = None,
) -> list[CheckOutcome]:
    """Run the suites (by default all of the layer): on raw as of `as_of`, or on the marts in the target.

    `raw` has the entity of each raw table by its name, such as `raw_site.events`. Only the newest vintage of each row is checked, as
    models read it, so that a row that its source has fixed is valid again. The outcomes go to `raw_multiball.expectation_result` and
    to Data Docs in `var/data_docs/<layer>`. Raises `ChecksFailed` when a check of level `block` failed, after all were run and recorded.
    """
    from multiball.quality.run import run_suites

    suites = load_suites(layer) if suites is None else suites
    place = warehouse.raw_target() if layer == "raw" else target

    def relation(suite: Suite) -> str:
        if layer == "marts":
            return f'"{place.schema(suite.schema)}"."{suite.table}"'
        state = warehouse.raw_state(suite.schema.removeprefix("raw_"), _entity(suite, raw or {}), as_utc(as_of))
        return f"(select * from ({state}) as state where not _deleted) as newest"

    def has_rows(suite: Suite) -> bool:
        found = warehouse.read_raw(suite.schema.removeprefix("raw_"), f'select 1 from "{suite.schema}"."{suite.table}" limit 1')
        return bool(found.num_rows)

    outcomes = run_suites(
        suites,
        sqlalchemy_url=warehouse.sqlalchemy_url(place),
        relation=relation,
        has_rows=has_rows,
        as_of=as_of,
        docs=workspace.var / "data_docs" / layer,
    )
    append_records(warehouse, EXPECTATION_RESULT, [outcome.record(target.build_id) for outcome in outcomes], target.build_id)
    if blocking := [outcome for outcome in outcomes if outcome.blocks]:
        raise ChecksFailed(blocking)
    return outcomes


def _entity(suite: Suite, raw: Mapping[str, Entity]) -> Entity:
    if suite.name not in raw:
        raise InputError(
            f"checks are written for {suite.name}, which no connector declares",
            where=f"expectations/raw/{suite.schema.removeprefix('raw_')}.yml",
            remedy="Fix the table's name, or remove its checks.",
        )
    return raw[suite.name]
