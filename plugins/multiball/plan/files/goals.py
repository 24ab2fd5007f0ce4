"""`plan/goals.yml`: numbers to reach by a day. The rules check that names exist, that dates and numbers are consistent, and that goals do
not rest on vanity metrics alone."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any, Literal

from pydantic import Field, model_validator

from multiball import shapes
from multiball.documents import suggestion
from multiball.metrics import Grain, Metric
from multiball.plan.model import Context, Criterion, Entry, Finding, Number, Plan, PlanFile, Sentence

_DECIMALS = 6
_SPANS: dict[Grain, str] = {"day": "single days", "period": "ISO weeks and calendar months"}


class Goal(Entry):
    """A number to reach by a day."""

    metric: str = Field(description="A metric of the catalogue; `select metric, unit from dim_metric` lists them.")
    unit: str = Field(description="The metric's unit, as in the catalogue; for money the code of the reporting currency, such as EUR.")
    dimension: str = Field(
        default="total", description="The dimension that the goal's member belongs to, such as channel; by default total."
    )
    member: str = Field(default="", description="The member of the dimension that the goal is about, such as Paid Social.")
    baseline: Number = Field(description="The starting value: the metric's value over an earlier span.")
    target: Number = Field(description="The number to reach.")
    direction: Literal["up", "down"] = Field(description="up: at least the target; down: at most.")
    start: date = Field(description="The first day that counts, such as 2026-07-01.")
    due: date = Field(description="The last day that counts, such as 2026-12-31.")
    owner: str = Field(description="The id of a team in plan/teams.yml.")
    text: Sentence = Field(description="The goal in words, by language.")
    objective: Sentence = Field(description="The business objective that it serves, by language.")
    supports: str | None = Field(default=None, description="The id of the goal that this one leads to.")
    closed: bool = Field(default=False, description="true keeps a goal whose deadline has passed.")

    @model_validator(mode="before")
    @classmethod
    def _with_member(cls, values: dict[str, Any]) -> dict[str, Any]:
        """The member of the total is `all`."""
        return {"member": "all", **values} if values.get("dimension", "total") == "total" else values


def _rules(plan: Plan, context: Context) -> Iterator[Finding]:
    for goal in plan.of(Goal):
        for rule in (_measure, _numbers, _days, _names(plan)):
            yield from rule(goal, context)
    yield from _vanity(plan, context)


def _measure(goal: Goal, context: Context) -> Iterator[Finding]:
    metric = context.metrics.get(goal.metric)
    if metric is None:
        yield _at(goal, "metric", f"there is no metric {goal.metric!r}", suggestion(goal.metric, context.metrics), "measurable")
        return
    if goal.unit != (unit := metric.unit_in(context.currency)):
        yield _at(goal, "unit", f"the unit is {goal.unit!r}, and {metric.name} is counted in {unit}", f"Write unit: {unit}.", "measurable")
    if metric.format == "percent" and abs(goal.target) > 1:
        yield _at(goal, "target", f"the target is {goal.target}, and {metric.name} is a share", "Write 0.03 for 3 %.", "measurable")
    yield from _grain(goal, metric)


def _grain(goal: Goal, metric: Metric) -> Iterator[Finding]:
    if not metric.grains:
        remedy = "Choose a metric with days, such as engagements: `select distinct metric from metric_daily` lists them."
        yield _at(goal, "metric", f"{metric.name} has no days, so that nothing of it can be due", remedy, "measurable")
        return
    if goal.dimension not in metric.dimensions:
        known = suggestion(goal.dimension, metric.dimensions)
        why = ": different people are never added up" if metric.counts_people else ""
        yield _at(goal, "dimension", f"{metric.name} is not counted by {goal.dimension}{why}", known, "measurable")
    elif not goal.member:
        yield _at(goal, "dimension", f"the goal is about a {goal.dimension} and names none", "Add the key member.", "specific")
    elif goal.dimension == "total" and goal.member != "all":
        yield _at(goal, "member", f"the member {goal.member!r} has no dimension", "Add dimension, or leave member out.", "specific")
    if metric.over_days == "none":
        yield from _counted_spans(goal, metric)


def _counted_spans(goal: Goal, metric: Metric) -> Iterator[Finding]:
    """A metric that does not add up over days is known for one day, or for the spans in which a platform counted people."""
    is_counted = ("day" in metric.grains and goal.start == goal.due) or ("period" in metric.grains and _is_period(goal.start, goal.due))
    if not is_counted:
        spans = ", ".join(span for grain, span in _SPANS.items() if grain in metric.grains)
        what = f"{metric.name} is counted for {spans} only, and {goal.start} to {goal.due} is another span"
        yield _at(goal, "due", what, "Give the first and the last day of such a span.", "measurable")


def _is_period(start: date, due: date) -> bool:
    is_week = start.isoweekday() == 1 and due == start + timedelta(days=6)
    last = calendar.monthrange(start.year, start.month)[1]
    return is_week or (start.day == 1 and due == start.replace(day=last))


def _numbers(goal: Goal, context: Context) -> Iterator[Finding]:
    for key, number in (("baseline", goal.baseline), ("target", goal.target)):
        if not number.is_finite() or -int(number.as_tuple().exponent) > _DECIMALS:
            yield _at(goal, key, f"the {key} is {number}", f"Give a number with at most {_DECIMALS} decimals.", "measurable")
            return
    if goal.target == goal.baseline:
        yield _at(
            goal,
            "target",
            f"the target is what the baseline is already, {goal.baseline}",
            "Give a target that is a change, or leave the goal out.",
            "relevant",
        )
    elif (goal.target > goal.baseline) != (goal.direction == "up"):
        side = "below" if goal.target < goal.baseline else "above"
        yield _at(
            goal,
            "direction",
            f"the direction is {goal.direction} and the target {goal.target} is {side} the baseline {goal.baseline}",
            "Turn the direction, or swap the two numbers.",
            "specific",
        )


def _days(goal: Goal, context: Context) -> Iterator[Finding]:
    if goal.due < goal.start:
        yield _at(goal, "due", f"the deadline {goal.due} is before the start {goal.start}", "Give a later deadline.", "time-bound")
    elif context.today and goal.due < context.today and not goal.closed:
        remedy = "Give a later deadline, or keep the goal for the record with closed: true."
        yield _at(goal, "due", f"the deadline {goal.due} is past", remedy, "time-bound")
    elif context.today and goal.closed and goal.due >= context.today:
        yield _at(goal, "closed", f"the goal is closed before its deadline {goal.due}", "Leave closed out until then.", "time-bound")


def _names(plan: Plan) -> Callable[[Goal, Context], Iterator[Finding]]:
    teams, goals = plan.ids("teams"), plan.ids("goals")

    def rule(goal: Goal, context: Context) -> Iterator[Finding]:
        if goal.owner not in teams:
            yield _at(goal, "owner", f"plan/teams.yml has no team {goal.owner!r}", suggestion(goal.owner, teams), "specific")
        if goal.supports is not None and (goal.supports not in goals or goal.supports == goal.id):
            others = [other for other in goals if other != goal.id]
            yield _at(goal, "supports", f"there is no other goal {goal.supports!r}", suggestion(goal.supports, others), "relevant")

    return rule


def _vanity(plan: Plan, context: Context) -> Iterator[Finding]:
    """A goal on a vanity metric should support another goal, and a plan must not consist of such goals alone."""
    known = {goal.id: metric for goal in plan.of(Goal) if (metric := context.metrics.get(goal.metric))}
    vain = [goal for goal in plan.of(Goal) if goal.id in known and known[goal.id].vanity]
    for goal in vain:
        supported = known.get(goal.supports or "")
        if supported is None or supported.vanity:
            what = f"the goal rests on {goal.metric} alone, which can grow without benefit to the business"
            remedy = "Name in supports the goal that it leads to, such as leads or revenue, or plan a rate or an outcome instead."
            yield _at(goal, "metric", what, remedy, "relevant", warning=True)
    if vain and len(vain) == len(known):
        names = ", ".join(dict.fromkeys(goal.metric for goal in vain))
        remedy = "Add a goal on an outcome, such as qualified_leads, new_customers or revenue."
        yield Finding(("goals",), f"the whole plan rests on vanity metrics ({names})", remedy, "relevant")


def _at(goal: Goal, key: str, what: str, remedy: str, criterion: Criterion, *, warning: bool = False) -> Finding:
    return Finding((*goal.place, key), what, remedy, criterion, goal.id, warning)


FILE = PlanFile(
    name="goals",
    noun="goal",
    entry=Goal,
    description="What the brand wants to reach, by when.",
    rules=_rules,
    is_required=True,
    earlier=tuple(
        shapes.Field(f"{key}_{language}", "string", f"The {key} in {name}, of rows before {key} held all languages.")
        for key in ("text", "objective")
        for language, name in (("en", "English"), ("zh", "Chinese"))
    ),
)
