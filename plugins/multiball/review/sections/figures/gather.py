"""The four headline figures."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from multiball.review.exact import rounded
from multiball.review.gather.coverage import Compared, runs
from multiball.review.gather.reading import Reading
from multiball.review.gather.state import Span, State
from multiball.review.gather.values import TOTAL, Values
from multiball.review.sections.figures.facts import Figure, Figures, LikeForLike
from multiball.review.sections.goals.facts import GoalProgress, Goals

FIGURES = 4
_PREFERRED = (
    "revenue", "spend", "new_customers", "qualified_leads", "orders", "leads", "won_deals", "sessions", "engagements", "account_views",
    "net_followers",
)  # fmt: skip
"""Metrics by preference; the first four with data are shown."""


def gather(reading: Reading) -> Figures:
    """The first metrics by preference that had a number before the month's end and whose facts a source is still expected to report."""
    state, values, goals = reading.state, reading.values, reading.of(Goals).goals
    available = [name for name in _PREFERRED if name in values.first_days and _is_expected(state, values, name)]
    return Figures(figures=tuple(_figure(state, values, name, goals) for name in available[:FIGURES]))


def _is_expected(state: State, values: Values, name: str) -> bool:
    return all(values.coverage.is_expected(fact, state.month) for fact in values.catalogue[name].facts)


def _figure(state: State, values: Values, name: str, goals: Sequence[GoalProgress]) -> Figure:
    value, days = values.month.get(name), values.compared.get(name)
    known = values.coverage.known(values.catalogue[name].facts, state.month)
    plan = None if name in values.incomplete else _plan(state.month, goals, name)
    return Figure(
        metric=values.catalogue[name],
        value=value,
        before=values.total(name, "before") if days and days.is_whole else None,
        plan=plan[0] if plan else None,
        goal=plan[1] if plan else None,
        net=values.month.get("net_revenue") if name == "revenue" and values.month.get("refunds") is not None else None,
        is_whole=name not in values.incomplete,
        days=runs(known) if name in values.incomplete else (),
        like_for_like=_like_for_like(values, name, days) if days and not days.is_whole else None,
    )


def _like_for_like(values: Values, name: str, days: Compared) -> LikeForLike | None:
    before, now = values.total(name, "before"), values.total(name, "now")
    return (
        None
        if before is None and now is None
        else LikeForLike(value=now, before=before, days=runs(days.now), days_before=runs(days.before))
    )


def _plan(month: Span, goals: Sequence[GoalProgress], name: str) -> tuple[Decimal, str] | None:
    """The month's plan from the shortest goal that covers it: a share of the target by days for a sum, the target for a ratio."""
    covering = [
        goal
        for goal in goals
        if (goal.metric.name, goal.dimension, goal.member) == (name, *TOTAL)
        and goal.metric.additivity in ("sum", "ratio")
        and goal.start <= month.first
        and goal.due >= month.last
    ]
    if not covering:
        return None
    goal = min(covering, key=lambda goal: (goal.due - goal.start, goal.goal))
    if goal.metric.additivity == "ratio":
        return goal.target, goal.goal
    share = Fraction((month.last - month.first).days + 1, (goal.due - goal.start).days + 1)
    return rounded(Fraction(goal.target) * share), goal.goal
