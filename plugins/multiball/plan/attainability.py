"""Whether goals are attainable: the pace that a goal requires, compared with the pace of the newest published month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from multiball.documents import suggestion
from multiball.metrics import Metric
from multiball.plan.files.goals import Goal
from multiball.plan.model import Finding
from multiball.sql import Value
from multiball.warehouse import Warehouse

STEEP = 3
"""A goal that requires more than this many times the pace of the newest month gets a warning; for a rate, this many times the rate."""


def compare_with_published(goals: Sequence[Goal], metrics: Mapping[str, Metric], warehouse: Warehouse) -> tuple[list[Finding], set[str]]:
    """Warnings for goals whose pace is out of reach and for members without published data, and the ids of the goals that were compared.

    The goals must be valid. About a goal that is not compared nothing is known.
    """
    daily = [goal for goal in goals if goal.metric in metrics and "day" in metrics[goal.metric].grains and not goal.closed]
    known = {row["goal"]: row for row in _known(warehouse, daily)} if daily else {}
    found, compared = [], set()
    for goal in daily:
        metric, row = metrics[goal.metric], known.get(goal.id)
        if row is None:
            found.append(_unknown_member(goal, warehouse))
        elif pace := _pace(goal, metric, row):
            compared.add(goal.id)
            if pace.is_steep:
                remedy = "Lower the target, give it more days, or say in its text what will change."
                found.append(Finding((*goal.place, "target"), pace.description, remedy, "attainable", goal.id, warning=True))
    return found, compared


def _known(warehouse: Warehouse, goals: Sequence[Goal]) -> list[dict[str, Any]]:
    """By goal: the newest month, the month that gives the pace (the newest complete one, if any), and the sum over the goal's own days."""
    columns = {"goal": "varchar", "metric": "varchar", "dimension": "varchar", "member": "varchar", "start_on": "date", "due_on": "date"}
    values: dict[str, Value] = {}
    for position, goal in enumerate(goals):
        row: tuple[Value, ...] = (goal.id, goal.metric, goal.dimension, goal.member, goal.start, goal.due)
        values |= {f"{name}_{position}": value for name, value in zip(columns, row, strict=True)}
    goal_rows = " union all ".join(
        "select " + ", ".join(f"cast(${name}_{position} as {kind}) as {name}" for name, kind in columns.items())
        for position in range(len(goals))
    )
    sql = f"""
        with goals as ({goal_rows}),
        periods as (
            select goals.*, period, period_start, period_end, days_due, days_known, value, accounts, is_whole
            from goals inner join metric_period as published
                on published.metric = goals.metric and published.dimension = goals.dimension and published.member = goals.member
        ),
        months as (
            select periods.*,
                row_number() over (partition by goal order by period_start desc) as age,
                row_number() over (partition by goal order by case when is_whole then 0 else 1 end, period_start desc) as rank_for_pace
            from periods where period = 'month'
        ),
        so_far as (
            select goal, sum(value) as reached from periods
            where period = 'day' and period_start between start_on and due_on group by goal
        )
        select newest.goal, newest.period_start + cast(newest.days_due as integer) - 1 as last_day, newest.value as level, so_far.reached,
            recent.period_start as month, recent.value as recent, recent.days_known, recent.days_due, earlier.value as level_before
        from months as newest
        inner join months as recent on newest.goal = recent.goal and recent.rank_for_pace = 1
        left join months as earlier
            on recent.goal = earlier.goal and earlier.is_whole and earlier.period_end = recent.period_start - 1
            and earlier.accounts = recent.accounts
        left join so_far on newest.goal = so_far.goal
        where newest.age = 1"""
    rows: list[dict[str, Any]] = warehouse.query(sql, values=values).to_pylist()
    return rows


@dataclass(frozen=True)
class _Pace:
    """The pace that a goal requires, and that of the newest month: per day, or for a rate the rate itself."""

    required: Decimal
    recent: Decimal
    month: date
    is_down: bool
    is_level: bool
    is_rate: bool

    @property
    def is_steep(self) -> bool:
        """A sum or rate that must stay below a target may be required to fall to a third of what it is now, not further."""
        if self.is_down and not self.is_level:
            return self.required * STEEP < self.recent
        sign = -1 if self.is_down else 1
        return self.required * sign > max(self.recent * sign * STEEP, Decimal(0))

    @property
    def description(self) -> str:
        asks = f"the target is {_short(self.required)}" if self.is_rate else f"the target asks for {_short(self.required)} a day"
        return f"{asks}, and {self.month:%Y-%m} gave {_short(self.recent)}"


def _pace(goal: Goal, metric: Metric, row: Mapping[str, Any]) -> _Pace | None:
    """None where the published months do not show a pace. In a month with unknown days, the known days count."""
    is_down, is_level, recent = goal.direction == "down", metric.additivity == "last", row["recent"]
    if not metric.adds_up or recent is None:
        return None
    if metric.additivity == "ratio":
        return _Pace(goal.target, recent, row["month"], is_down, is_level, is_rate=True)
    days_left = (goal.due - row["last_day"]).days if row["last_day"] >= goal.start else (goal.due - goal.start).days + 1
    days = row["days_due"] if is_level else row["days_known"]
    if days_left <= 0 or not days or (is_level and None in (row["level"], row["level_before"])):
        return None
    needed = goal.target - (row["level"] if is_level else row["reached"] or Decimal(0))
    given = recent - row["level_before"] if is_level else recent
    return _Pace(needed / days_left, given / days, row["month"], is_down, is_level, is_rate=False)


def _unknown_member(goal: Goal, warehouse: Warehouse) -> Finding:
    members = warehouse.query(
        "select distinct member from metric_period where metric = $metric and dimension = $dimension order by member",
        values={"metric": goal.metric, "dimension": goal.dimension},
    )
    what = f"no published day has {goal.metric} of the {goal.dimension} {goal.member!r}"
    remedy = suggestion(goal.member, members.column("member").to_pylist())
    return Finding((*goal.place, "member" if goal.dimension != "total" else "metric"), what, remedy, "specific", goal.id, warning=True)


def _short(number: Decimal) -> str:
    """The number with four significant digits, without exponent."""
    return f"{Decimal(f'{number:.4g}').normalize():,f}"
