"""Goals are stored as raw vintages: changes are appended, removed goals are marked, and an invalid plan changes nothing."""

from __future__ import annotations

from typing import Any

import pytest
from test_plan_check import GOAL, SECOND, TEAM

from multiball.flows.steps import record_plan
from multiball.plan import raw_entity
from multiball.plan.files.goals import FILE as GOALS
from multiball.settings import Workspace
from multiball.warehouse import Warehouse
from multiball.warehouse.records import append_records

SQL = "select goal, target, _deleted, _run_id from raw_multiball.plan_goal order by _extracted_at, goal"


@pytest.fixture
def write(workspace: Workspace) -> Any:
    def write_plan(goals: str) -> None:
        (workspace.home / "plan").mkdir(exist_ok=True)
        (workspace.home / "plan" / "goals.yml").write_text(goals, encoding="utf-8")
        (workspace.home / "plan" / "teams.yml").write_text(TEAM, encoding="utf-8")

    return write_plan


def stored(warehouse: Warehouse) -> list[tuple[str, float, bool, str]]:
    rows = warehouse.read_raw("multiball", SQL).to_pylist()
    return [(row["goal"], float(row["target"]), row["_deleted"], row["_run_id"]) for row in rows]


def test_only_changes_become_vintages_and_removed_goals_are_marked(workspace: Workspace, warehouse: Warehouse, write: Any) -> None:
    write(GOAL + SECOND)
    assert record_plan(workspace, warehouse, "first") == ["2 goals of the plan changed"]
    assert record_plan(workspace, warehouse, "again") == ["0 goals of the plan changed"]
    write(GOAL.replace("200.5", "300"))
    record_plan(workspace, warehouse, "third")
    write(GOAL.replace("200.5", "300") + SECOND)
    record_plan(workspace, warehouse, "fourth")
    expected = [("sales", 200.5, False, "first"), ("second", 200.5, False, "first"), ("sales", 300, False, "third")]
    assert stored(warehouse) == [*expected, ("second", 200.5, True, "third"), ("second", 200.5, False, "fourth")]


def test_a_plan_with_a_fault_or_invalid_yaml_changes_nothing_and_is_reported(
    workspace: Workspace, warehouse: Warehouse, write: Any
) -> None:
    write(GOAL)
    record_plan(workspace, warehouse, "first")
    for text, message in ((GOAL.replace("revenue", "revenu"), "plan/goals.yml:3: there is no metric"), (GOAL + " [", "is not valid YAML")):
        write(text)
        first, last = record_plan(workspace, warehouse, "second")
        assert message in first and "was not recorded; the last valid one still applies" in last
    assert stored(warehouse) == [("sales", 200.5, False, "first")]


def test_a_goal_past_its_deadline_is_stored_because_its_progress_is_still_reported(
    workspace: Workspace, warehouse: Warehouse, write: Any
) -> None:
    write(GOAL.replace("2026-10-01", "2020-10-01").replace("2026-12-31", "2020-12-31"))
    assert record_plan(workspace, warehouse, "first") == ["1 goals of the plan changed"]


def test_removing_the_plan_removes_the_goals(workspace: Workspace, warehouse: Warehouse, write: Any) -> None:
    assert record_plan(workspace, warehouse, "none") == ["the workspace has no plan; 0 goals were removed"]
    write(GOAL)
    record_plan(workspace, warehouse, "first")
    for file in (workspace.home / "plan").iterdir():
        file.unlink()
    (workspace.home / "plan").rmdir()
    assert record_plan(workspace, warehouse, "last") == ["the workspace has no plan; 1 goals were removed"]
    assert stored(warehouse)[-1] == ("sales", 200.5, True, "last")


def test_a_goal_of_an_earlier_release_is_stored_again_once(workspace: Workspace, warehouse: Warehouse, write: Any) -> None:
    """Its texts were in a column for each language. Its row does not change."""
    entity = raw_entity(GOALS)
    old = {"goal": "sales", "metric": "revenue", "text_en": "Sell more.", "text_zh": "卖得更多。"}
    append_records(warehouse, entity, [old], "before")
    write(GOAL)
    assert record_plan(workspace, warehouse, "first") == ["1 goals of the plan changed"]
    assert record_plan(workspace, warehouse, "again") == ["0 goals of the plan changed"]
    rows = warehouse.read_raw("multiball", "select text, text_en from raw_multiball.plan_goal order by _extracted_at").to_pylist()
    assert [(row["text"], row["text_en"]) for row in rows] == [(None, "Sell more."), ('{"en": "Sell more.", "zh": "卖得更多。"}', None)]
