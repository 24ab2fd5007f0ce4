"""Whether the goals can be attained, by what is published: the pace that a goal asks for against that of the last four weeks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from multiball.documents import suggestion
from multiball.plan.catalogue import Metric
from multiball.plan.files import Goal
from multiball.plan.rules import Judgement
from multiball.warehouse import Warehouse

RECENT_DAYS = 28
STEEP = 3
"""A goal that asks for this many times the pace of the last four weeks is doubted; of a rate, this many times the rate."""


def doubts(goals: Sequence[Goal], metrics: Mapping[str, Metric], warehouse: Warehouse) -> Iterator[Judgement]:
    """Warnings for goals that the published days speak against, and for members that no day knows. Goals must keep the rules."""
    daily = [goal for goal in goals if goal.metric in metrics and metrics[goal.metric].grain == "day" and not goal.closed]
    if not daily:
        return
    known = {row["goal"]: row for row in warehouse.query(_known_sql(daily)).to_pylist()}
    for goal in daily:
        metric, row = metrics[goal.metric], known.get(goal.id)
        if row is None:
            yield _unknown_member(goal, warehouse)
        elif metric.additivity != "distinct" and (what := _steep(goal, metric, row)):
            remedy = "Lower the target, give it more days, or say in its text what will change."
            yield Judgement((*goal.place, "target"), what, remedy, "attainable", goal.id, warning=True)


def _known_sql(goals: Sequence[Goal]) -> str:
    wanted = " union all ".join(
        f"select {_text(goal.id)} as goal, {_text(goal.metric)} as metric, {_text(goal.dimension)} as dimension, "
        f"{_text(goal.member)} as member, cast('{goal.start}' as date) as start_on, cast('{goal.due}' as date) as due_on"
        for goal in goals
    )
    recent = f"date_day > last_day - {RECENT_DAYS}"
    return f"""
        with wanted as ({wanted}),
        days as (
            select wanted.goal, start_on, due_on, date_day, value, numerator, denominator,
                max(date_day) over (partition by wanted.goal) as last_day
            from wanted inner join metric_daily
                on metric_daily.metric = wanted.metric and metric_daily.dimension = wanted.dimension and metric_daily.member = wanted.member
        )
        select goal, last_day,
            sum(case when {recent} then value end) as recent,
            sum(case when {recent} then numerator end) as numerator,
            sum(case when {recent} then denominator end) as denominator,
            sum(case when date_day between start_on and due_on then value end) as so_far,
            max(case when date_day = last_day then value end) as level,
            max(case when date_day = last_day - {RECENT_DAYS} then value end) as level_before
        from days
        group by goal, last_day"""


def _steep(goal: Goal, metric: Metric, row: Mapping[str, Any]) -> str | None:
    sign = 1 if goal.direction == "up" else -1
    if metric.additivity == "ratio":
        if not row["denominator"] or row["numerator"] is None:
            return None
        rate = row["numerator"] * metric.multiplier / row["denominator"]
        too_much = goal.target > STEEP * rate if sign > 0 else goal.target * STEEP < rate
        return f"the target is {goal.target}, and the last {RECENT_DAYS} days gave {_short(rate)}" if too_much else None
    days_left = (goal.due - row["last_day"]).days if row["last_day"] >= goal.start else (goal.due - goal.start).days + 1
    if days_left <= 0:
        return None
    if metric.additivity == "last":
        if row["level_before"] is None or row["level"] is None:
            return None
        needed, recent = goal.target - row["level"], row["level"] - row["level_before"]
    else:
        needed, recent = goal.target - (row["so_far"] or Decimal(0)), row["recent"] or Decimal(0)
    asked, given = needed / days_left, recent / RECENT_DAYS
    too_much = _too_much(asked, given, sign, level=metric.additivity == "last")
    return f"the target asks for {_short(asked)} a day, and the last {RECENT_DAYS} days gave {_short(given)}" if too_much else None


def _too_much(asked: Decimal, given: Decimal, sign: int, *, level: bool) -> bool:
    """Of a sum that must stay below a target, a day may bring no less than a third of what it brings now."""
    if level or sign > 0:
        return asked * sign > max(given * sign * STEEP, Decimal(0))
    return asked * STEEP < given


def _unknown_member(goal: Goal, warehouse: Warehouse) -> Judgement:
    members = warehouse.query(
        "select distinct member from metric_daily "
        f"where metric = {_text(goal.metric)} and dimension = {_text(goal.dimension)} order by member"
    )
    what = f"no published day has {goal.metric} of the {goal.dimension} {goal.member!r}"
    remedy = suggestion(goal.member, members.column("member").to_pylist())
    return Judgement((*goal.place, "member" if goal.dimension != "total" else "metric"), what, remedy, "specific", goal.id, warning=True)


def _short(number: Decimal) -> str:
    return f"{float(number):.4g}"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
