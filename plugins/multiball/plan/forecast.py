"""Whether the goals can be attained, by what is published: the pace that a goal asks for against that of the last four weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from multiball.documents import suggestion
from multiball.plan.catalogue import Metric
from multiball.plan.files.goals import Goal
from multiball.plan.model import Judgement
from multiball.sql import Value
from multiball.warehouse import Warehouse

RECENT_DAYS = 28
STEEP = 3
"""A goal that asks for this many times the pace of the last four weeks is doubted; of a rate, this many times the rate."""


def doubts(goals: Sequence[Goal], metrics: Mapping[str, Metric], warehouse: Warehouse) -> tuple[list[Judgement], set[str]]:
    """Warnings for goals that the published days speak against, and for members that no day knows. Goals must keep the rules.

    Beside them the ids of the goals that could be compared: of the others nothing is known.
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
                found.append(Judgement((*goal.place, "target"), pace.told, remedy, "attainable", goal.id, warning=True))
    return found, compared


def _known(warehouse: Warehouse, goals: Sequence[Goal]) -> list[dict[str, Any]]:
    columns = {"goal": "varchar", "metric": "varchar", "dimension": "varchar", "member": "varchar", "start_on": "date", "due_on": "date"}
    values: dict[str, Value] = {}
    for position, goal in enumerate(goals):
        row: tuple[Value, ...] = (goal.id, goal.metric, goal.dimension, goal.member, goal.start, goal.due)
        values |= {f"{name}_{position}": value for name, value in zip(columns, row, strict=True)}
    wanted = " union all ".join(
        "select " + ", ".join(f"cast(${name}_{position} as {kind}) as {name}" for name, kind in columns.items())
        for position in range(len(goals))
    )
    recent = f"date_day > last_day - {RECENT_DAYS}"
    sql = f"""
        with wanted as ({wanted}),
        days as (
            select wanted.goal, start_on, due_on, date_day, value, numerator, denominator,
                max(date_day) over (partition by wanted.goal) as last_day
            from wanted inner join metric_daily
                on metric_daily.metric = wanted.metric and metric_daily.dimension = wanted.dimension and metric_daily.member = wanted.member
        )
        select goal, last_day, min(date_day) as first_day,
            sum(case when {recent} then value end) as recent,
            sum(case when {recent} then numerator end) as numerator,
            sum(case when {recent} then denominator end) as denominator,
            sum(case when date_day between start_on and due_on then value end) as so_far,
            max(case when date_day = last_day then value end) as level,
            max(case when date_day = last_day - {RECENT_DAYS} then value end) as level_before
        from days
        group by goal, last_day"""
    rows: list[dict[str, Any]] = warehouse.query(sql, values=values).to_pylist()
    return rows


@dataclass(frozen=True)
class _Pace:
    """What a goal asks for, and what the last four weeks gave: a day, or of a rate the rate itself."""

    asked: Decimal
    given: Decimal
    is_down: bool
    is_level: bool
    is_rate: bool
    days: int = RECENT_DAYS

    @property
    def is_steep(self) -> bool:
        """Of a sum or rate that must stay below a target, no less than a third of what there is now can be asked for."""
        if self.is_down and not self.is_level:
            return self.asked * STEEP < self.given
        sign = -1 if self.is_down else 1
        return self.asked * sign > max(self.given * sign * STEEP, Decimal(0))

    @property
    def told(self) -> str:
        asks = f"the target is {_short(self.asked)}" if self.is_rate else f"the target asks for {_short(self.asked)} a day"
        return f"{asks}, and the last {self.days} days gave {_short(self.given)}"


def _pace(goal: Goal, metric: Metric, row: Mapping[str, Any]) -> _Pace | None:
    """None where the published days do not tell."""
    is_down, is_level = goal.direction == "down", metric.additivity == "last"
    if metric.over_days == "none":
        return None
    if metric.additivity == "ratio":
        if not row["denominator"] or row["numerator"] is None:
            return None
        return _Pace(goal.target, row["numerator"] * metric.multiplier / row["denominator"], is_down, is_level, is_rate=True)
    days_left = (goal.due - row["last_day"]).days if row["last_day"] >= goal.start else (goal.due - goal.start).days + 1
    if days_left <= 0 or (is_level and None in (row["level"], row["level_before"])):
        return None
    if is_level:
        needed, recent = goal.target - row["level"], row["level"] - row["level_before"]
    else:
        needed, recent = goal.target - (row["so_far"] or Decimal(0)), row["recent"] or Decimal(0)
    # data that began less than four weeks ago have had fewer days to bring anything
    days = RECENT_DAYS if is_level else min(RECENT_DAYS, (row["last_day"] - row["first_day"]).days + 1)
    return _Pace(needed / days_left, recent / days, is_down, is_level, is_rate=False, days=days)


def _unknown_member(goal: Goal, warehouse: Warehouse) -> Judgement:
    members = warehouse.query(
        "select distinct member from metric_daily where metric = $metric and dimension = $dimension order by member",
        values={"metric": goal.metric, "dimension": goal.dimension},
    )
    what = f"no published day has {goal.metric} of the {goal.dimension} {goal.member!r}"
    remedy = suggestion(goal.member, members.column("member").to_pylist())
    return Judgement((*goal.place, "member" if goal.dimension != "total" else "metric"), what, remedy, "specific", goal.id, warning=True)


def _short(number: Decimal) -> str:
    """Four digits of it, written out."""
    return f"{Decimal(f'{number:.4g}').normalize():,f}"
