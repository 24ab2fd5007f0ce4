"""Goals are compared with published data: with the pace of the newest complete month, and with the members that exist."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from test_plan_check import GOAL, TEAM

from multiball.plan import check, read_plan
from multiball.settings import Workspace
from multiball.warehouse import open_warehouse

TODAY = date(2026, 11, 1)
LAST = date(2026, 10, 31)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A published build with 10 of revenue a day in total and by e-mail, one follower more each day, and a rate of a tenth."""
    monkeypatch.delenv("MULTIBALL_ENGINE", raising=False)
    (tmp_path / "sources.yml").write_text("reporting: {currency: EUR}\n")
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "teams.yml").write_text(TEAM)
    workspace = Workspace(tmp_path)
    warehouse = open_warehouse(workspace)
    target = warehouse.candidate("b1")
    Path(target.location).parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(target.location) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.metric_period (metric text, dimension text, member text, period text, period_start date, period_end date,"
            " value decimal(18,6), accounts bigint, days_due bigint, days_known bigint, is_whole boolean)"
        )
        connection.executemany(f"insert into marts.metric_period values ({', '.join('?' * 11)})", [*published_rows()])
    warehouse.publish(target)
    return workspace


def published_rows() -> Iterator[tuple[Any, ...]]:
    """The days and the months of September and October, both complete."""
    days = [LAST - timedelta(days=back) for back in range(61)]
    months = [(date(2026, 9, 1), date(2026, 9, 30), 30), (date(2026, 10, 1), LAST, 31)]
    for dimension, member in (("total", "all"), ("channel", "Email")):
        for day in days:
            yield "revenue", dimension, member, "day", day, day, 10, None, 1, 1, True
        for first, last, length in months:
            yield "revenue", dimension, member, "month", first, last, 10 * length, None, length, length, True
            yield "order_rate", dimension, member, "month", first, last, 0.1, None, length, length, True
    for first, last, length in months:
        yield "followers", "total", "all", "month", first, last, 500 - (LAST - last).days, 2, length, length, True


def goal(metric: str, unit: str, baseline: str, target: str, further: str = "") -> str:
    changed = GOAL.replace("metric: revenue", f"metric: {metric}").replace("unit: EUR", f"unit: {unit}")
    direction = "up" if float(target) > float(baseline) else "down"
    return changed.replace("baseline: 100", f"baseline: {baseline}").replace("200.5", target).replace(": up", f": {direction}") + further


# October has 310 in 31 days, and 61 days are left: November and December
CASES = [
    ("a sum within three times the pace", goal("revenue", "EUR", "100", "2100"), None),
    ("a sum beyond it", goal("revenue", "EUR", "100", "2500"), "the target asks for 35.9 a day, and 2026-10 gave 10"),
    ("a cap that today's pace keeps", goal("revenue", "EUR", "2000", "600"), None),
    (
        "a cap that today's pace breaks",
        goal("revenue", "EUR", "2000", "400"),
        "the target asks for 1.475 a day, and 2026-10 gave 10",
    ),
    ("a level within the pace", goal("followers", "people", "400", "670"), None),
    ("a level beyond it", goal("followers", "people", "400", "700"), "the target asks for 3.279 a day, and 2026-10 gave 1"),
    ("a rate within reach", goal("order_rate", "orders per session", "0.1", "0.2"), None),
    ("a rate out of reach", goal("order_rate", "orders per session", "0.1", "0.4"), "the target is 0.4, and 2026-10 gave 0.1"),
    ("a large sum", goal("revenue", "EUR", "100", "75310310"), "the target asks for 1,235,000 a day, and 2026-10 gave 10"),
    ("a known member", goal("revenue", "EUR", "100", "900", "    dimension: channel\n    member: Email\n"), None),
]


@pytest.mark.parametrize(("goals", "warning"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_goal_far_beyond_the_newest_month_gets_a_warning(home: Workspace, goals: str, warning: str | None) -> None:
    (home.home / "plan" / "goals.yml").write_text(goals, encoding="utf-8")
    assessment = check(read_plan(home), currency="EUR", today=TODAY, warehouse=open_warehouse(home))
    found = [finding for finding in assessment.findings if finding.criterion == "attainable"]
    assert [(finding.level, finding.line, finding.what) for finding in found] == ([("warning", 6, warning)] if warning else [])
    assert assessment.smart["sales"]["attainable"] is (warning is None)
    assert assessment.faults == () or "followers" in goals


def test_a_member_without_published_days_gets_a_warning(home: Workspace) -> None:
    text = goal("revenue", "EUR", "100", "900", "    dimension: channel\n    member: Emial's\n")
    (home.home / "plan" / "goals.yml").write_text(text, encoding="utf-8")
    [finding] = check(read_plan(home), currency="EUR", today=TODAY, warehouse=open_warehouse(home)).findings
    assert str(finding) == ("plan/goals.yml:14: warning: no published day has revenue of the channel \"Emial's\". Did you mean 'Email'?")


@pytest.mark.parametrize(
    "goals", [goal("revenue", "EUR", "100", "900", "    dimension: channel\n    member: Emial\n"), goal("order_rate", "x", "0.1", "0.2")]
)
def test_what_could_not_be_compared_is_not_called_attainable(home: Workspace, goals: str) -> None:
    """A member without data, and a goal with a fault."""
    (home.home / "plan" / "goals.yml").write_text(goals, encoding="utf-8")
    assessment = check(read_plan(home), currency="EUR", today=TODAY, warehouse=open_warehouse(home))
    assert (assessment.is_published, assessment.smart["sales"]["attainable"]) == (True, None)


def change(home: Workspace, sql: str) -> None:
    with duckdb.connect(str(home.var / "warehouse" / "published.duckdb")) as connection:
        connection.execute(sql)


def attainability_warnings(home: Workspace, goals: str) -> list[str]:
    (home.home / "plan" / "goals.yml").write_text(goals, encoding="utf-8")
    assessment = check(read_plan(home), currency="EUR", today=TODAY, warehouse=open_warehouse(home))
    return [finding.what for finding in assessment.findings if finding.criterion == "attainable"]


def test_nine_days_of_data_do_not_count_as_a_month(home: Workspace) -> None:
    """They have 10 a day, and the goal requires 28 a day: within three times the pace."""
    change(home, "delete from marts.metric_period where period_end < date '2026-10-23'")
    change(home, "update marts.metric_period set value = 90, days_known = 9, is_whole = false where period = 'month'")
    assert attainability_warnings(home, goal("revenue", "EUR", "100", "1800")) == []


def test_an_incomplete_month_is_not_compared_where_there_is_a_complete_one(home: Workspace) -> None:
    """October has 1000 on its only known day; September has 10 a day."""
    change(home, "update marts.metric_period set value = 1000, days_known = 1, is_whole = false where period_start = date '2026-10-01'")
    [warning] = attainability_warnings(home, goal("revenue", "EUR", "100", "9000"))
    assert warning.endswith("a day, and 2026-09 gave 10")


def test_a_level_over_other_accounts_than_before_shows_no_pace(home: Workspace) -> None:
    change(home, "update marts.metric_period set accounts = 1 where metric = 'followers' and period_start = date '2026-09-01'")
    assert attainability_warnings(home, goal("followers", "people", "400", "700")) == []
