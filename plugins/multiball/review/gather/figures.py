"""The four figures that a review begins with."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from multiball.review.facts import Caveat, Figure, Standing
from multiball.review.gather.exact import rounded
from multiball.review.gather.state import Span, State
from multiball.review.gather.values import TOTAL, Values

FIGURES = 4
_PREFERRED = (
    "revenue", "spend", "new_customers", "qualified_leads", "orders", "leads", "sessions", "engagements", "account_views", "net_followers",
)  # fmt: skip
"""What is told where there is data of it, the first four."""


def read_figures(state: State, values: Values, goals: Sequence[Standing]) -> list[Figure]:
    """The first metrics by preference that ever had a number up to the month's end."""
    return [
        _figure(values, name, None if name in values.incomplete else _plan(state.month, goals, name))
        for name in [name for name in _PREFERRED if name in values.first_days][:FIGURES]
    ]


def _figure(values: Values, name: str, plan: tuple[Decimal, str] | None) -> Figure:
    return Figure(
        metric=values.catalogue[name].metric,
        value=values.of(name, "now"),
        before=values.of(name, "before"),
        plan=plan[0] if plan else None,
        goal=plan[1] if plan else None,
        net=values.of("net_revenue", "now") if name == "revenue" and values.of("refunds", "now") is not None else None,
    )


def _plan(month: Span, goals: Sequence[Standing], name: str) -> tuple[Decimal, str] | None:
    """The plan for the month by the goal of the shortest span that covers it: of a sum the share of its days, of a ratio the target."""
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


def figure_caveats(figures: Sequence[Figure]) -> Iterator[Caveat]:
    """Figures without a number."""
    for figure in figures:
        if figure.value is None:
            yield Caveat(kind="no_data", values={"metric": figure.metric.name})
