"""The sandbox's CRM, read twice by the connector: what was merged, erased or archived in between, against the exported truth."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import raw_rows
from conftest import build_marts

from multiball.connectors import connector
from multiball.landing import land
from multiball.settings import Workspace
from multiball.shapes import Source, Window
from multiball.warehouse import open_warehouse
from sandbox import truth
from sandbox.platforms import hubspot
from sandbox.serve import serve
from sandbox.world import World, build_world

FIRST, SECOND = datetime(2026, 9, 12, 12, tzinfo=UTC), datetime(2026, 10, 25, 12, tzinfo=UTC)
START = date(2026, 8, 1)


def in_milliseconds(moment: datetime | None) -> datetime | None:
    """A moment as the platform writes it."""
    return moment and moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(7, START, date(2026, 10, 31), 0.3)


@pytest.fixture(scope="module")
def marts(world: World, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict[str, Any]]]:
    """Leads, deals, contacts and the stages that leads and deals entered, after both readings."""
    folder: Path = tmp_path_factory.mktemp("crm")
    (folder / "sources.yml").write_text("reporting: {currency: EUR, time_zone: UTC}\n")
    workspace = Workspace(folder)
    warehouse = open_warehouse(workspace)
    raw_rows.append(warehouse, {})
    declared = connector("hubspot")
    for moment, window in ((FIRST, Window(START, FIRST.date())), (SECOND, Window(FIRST.date(), SECOND.date()))):
        with serve(world, moment, ["hubspot"]) as sandbox:
            token, options = {"access_token": hubspot.ACCESS_TOKEN}, {"max_wait_seconds": 1.0}
            source = Source("crm", "hubspot", sandbox["hubspot"], (hubspot.PORTAL_ID,), token, START, "me@example.com", options=options)
            land(
                warehouse,
                source="crm",
                connector="hubspot",
                account=hubspot.PORTAL_ID,
                entities=declared.entities,
                window=window,
                pages=declared.extract(source, hubspot.PORTAL_ID, window),
                run_id=f"read at {moment}",
                identity_key="k" * 32,
            )
    tables = {
        "lead": "marts.fct_lead",
        "deal": "marts.fct_deal",
        "contact": "staging.stg_hubspot__contacts_kept",
        "lead_stage": "staging.stg_hubspot__lead_stage",
        "deal_stage": "staging.stg_hubspot__deal_stage",
    }
    select = tuple(f"+{table.split('.')[1]}" for table in tables.values())
    target = build_marts(workspace, warehouse, warehouse.moment(), select=select)
    return {name: warehouse.query(f"select * from {table}", target).to_pylist() for name, table in tables.items()}


def test_something_ended_between_the_two_readings(world: World) -> None:
    def ended(rows: list[dict[str, Any]], name: str) -> int:
        return sum(FIRST.replace(tzinfo=None) < row[name] <= SECOND.replace(tzinfo=None) for row in rows)

    assert ended(world.crm_merges.to_pylist(), "merged_at") and ended(world.crm_erasures.to_pylist(), "erased_at")


def test_contacts_are_those_that_the_portal_still_has(world: World, marts: dict[str, list[dict[str, Any]]]) -> None:
    true = {row["contact_id"]: (row["is_archived"], row["became_lead_at"]) for row in truth.TABLES["contact"](world, SECOND).to_pylist()}
    found = {row["contact_id"]: (row["is_archived"], row["became_lead_at"]) for row in marts["contact"]}
    assert {name: row[1] for name, row in found.items() if not row[0]} == {
        name: in_milliseconds(row[1]) for name, row in true.items() if not row[0]
    }
    assert {name for name, row in found.items() if row[0]} == {name for name, row in true.items() if row[0]}


def test_leads_are_those_of_the_truth_each_once_with_their_day(world: World, marts: dict[str, list[dict[str, Any]]]) -> None:
    true = {row["contact_id"]: row for row in truth.TABLES["contact"](world, SECOND).to_pylist()}
    true = {name: row for name, row in true.items() if row["became_lead_at"] and not row["is_archived"]}
    found = {row["lead_id"]: row for row in marts["lead"] if not row["is_archived"]}
    assert len(found) == len([row for row in marts["lead"] if not row["is_archived"]])
    assert {name: (row["created_at"], row["qualified_at"]) for name, row in found.items()} == {
        name: (in_milliseconds(row["became_lead_at"]), in_milliseconds(row["qualified_at"])) for name, row in true.items()
    }


def test_deals_are_those_of_the_truth_with_their_contact_and_result(world: World, marts: dict[str, list[dict[str, Any]]]) -> None:
    states = {"closedwon": "won", "closedlost": "lost"}
    true = {
        row["deal_id"]: (row["contact_id"], states.get(row["stage_id"], "open"), row["amount"])
        for row in truth.TABLES["deal"](world, SECOND).to_pylist()
        if not row["is_archived"]
    }
    found = {row["deal_id"]: (row["lead_id"], row["status"], row["amount"]) for row in marts["deal"] if not row["is_archived"]}
    assert found == true and {state for _, state, _ in true.values()} >= {"won", "lost"}


def test_contacts_in_a_stage_of_the_portals_own_are_shown_as_unknown(world: World, marts: dict[str, list[dict[str, Any]]]) -> None:
    true = {row["contact_id"] for row in truth.TABLES["contact"](world, SECOND).to_pylist() if row["stage"] == "148011502"}
    assert true and {row["contact_id"] for row in marts["contact"] if row["stage_meaning"] is None} >= true


def test_stages_of_leads_are_all_that_the_truth_has_each_once(world: World, marts: dict[str, list[dict[str, Any]]]) -> None:
    leads = {row["lead_id"] for row in marts["lead"]}
    true = {
        (row["contact_id"], row["stage"], in_milliseconds(row["entered_at"]))
        for row in truth.TABLES["contact_stage"](world, SECOND).to_pylist()
        if row["contact_id"] in leads
    }
    found = [(row["lead_id"], row["stage"], row["entered_at"]) for row in marts["lead_stage"]]
    assert set(found) == true and len(found) == len(true)
    meanings = {row["stage"]: row["stage_meaning"] for row in marts["lead_stage"]}
    assert (meanings["lead"], meanings["marketingqualifiedlead"], meanings["customer"]) == ("lead", "qualified", "customer")


def test_stages_of_deals_are_all_that_the_truth_has_with_their_meaning(world: World, marts: dict[str, list[dict[str, Any]]]) -> None:
    meanings = {"closedwon": "won", "closedlost": "lost"}
    true = {
        (row["deal_id"], row["stage_id"], in_milliseconds(row["entered_at"]), meanings.get(row["stage_id"], "open"))
        for row in truth.TABLES["deal_stage"](world, SECOND).to_pylist()
    }
    found = [(row["deal_id"], row["stage"], row["entered_at"], row["stage_meaning"]) for row in marts["deal_stage"]]
    assert set(found) == true and len(found) == len(true)
    assert {meaning for *_, meaning in true} == {"open", "won", "lost"}
