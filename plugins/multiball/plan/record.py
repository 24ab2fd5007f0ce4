"""Keeps the goals as raw vintages, so that the state as of any moment has the plan of that moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from multiball.plan.files import Goal
from multiball.warehouse import Warehouse
from multiball.warehouse.records import OWN, PLAN_GOAL, append_records

_COLUMNS = tuple(field.name for field in PLAN_GOAL.fields)


def record_plan(warehouse: Warehouse, goals: Sequence[Goal], run_id: str) -> int:
    """Append what differs from the newest vintage to `raw_multiball.plan_goal`: changed and new goals, and removed ones as deleted.

    Returns the number of rows; 0 where the goals are as they were. They must be free of faults.
    """
    warehouse.ensure_raw(OWN, PLAN_GOAL)
    known = {row["goal"]: row for row in _newest(warehouse)}
    present = {goal.id: _row(goal) for goal in goals}
    changed = [row for name, row in present.items() if known.get(name) != row]
    removed = [{**row, "_deleted": True} for name, row in known.items() if name not in present]
    return append_records(warehouse, PLAN_GOAL, [*changed, *removed], run_id) if changed or removed else 0


def _newest(warehouse: Warehouse) -> list[dict[str, Any]]:
    newest = f"""
        select {", ".join(_COLUMNS)} from (
            select *, row_number() over (partition by goal order by _extracted_at desc, _run_id desc) as age from raw_{OWN}.{PLAN_GOAL.name}
        ) as vintages
        where age = 1 and not _deleted"""
    rows: list[dict[str, Any]] = warehouse.read_raw(OWN, newest).to_pylist()
    return rows


def _row(goal: Goal) -> dict[str, Any]:
    return {
        "goal": goal.id,
        "metric": goal.metric,
        "dimension": goal.dimension,
        "member": goal.member,
        "baseline": goal.baseline,
        "target": goal.target,
        "direction": goal.direction,
        "start_on": goal.start,
        "due_on": goal.due,
        "owner": goal.owner,
        "text_en": goal.text["en"],
        "text_zh": goal.text["zh"],
        "objective_en": goal.objective["en"],
        "objective_zh": goal.objective["zh"],
        "supports": goal.supports,
    }
