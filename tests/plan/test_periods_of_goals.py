"""A goal on a number that only platforms count must have a span that they count; there is no key for a period."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from test_plan_check import GOAL, TEAM

from multiball.plan import check, read_plan
from multiball.settings import Workspace

REACH = (
    GOAL.replace("metric: revenue", "metric: reach").replace("unit: EUR", "unit: people") + "    dimension: account\n    member: meta:100\n"
)


@pytest.mark.parametrize(
    ("goals", "line", "message"),
    [
        (GOAL + "    period: fortnight\n", 13, "the key 'period' is unknown in"),
        (
            REACH,
            9,
            "reach is counted for single days, ISO weeks and calendar months only, and 2026-10-01 to 2026-12-31 is another span. "
            "Give the first and the last day of such a span.",
        ),
    ],
)
def test_an_unknown_period_of_a_goal_is_one_line_with_file_and_line(tmp_path: Path, goals: str, line: int, message: str) -> None:
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "goals.yml").write_text(goals, encoding="utf-8")
    (tmp_path / "plan" / "teams.yml").write_text(TEAM, encoding="utf-8")
    [finding] = check(read_plan(Workspace(tmp_path)), currency="EUR", today=date(2026, 10, 1)).findings
    assert str(finding).startswith(f"plan/goals.yml:{line}: {message}")
