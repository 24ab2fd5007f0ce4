"""What to decide, by rules, each with its evidence and what it is expected to bring. That nothing is proposed is an outcome, too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from multiball.review.facts import Proposal, Return, Standing
from multiball.review.gather.budget import propose_budget
from multiball.review.gather.exact import ZERO, rounded
from multiball.review.gather.state import State
from multiball.review.gather.values import Values

_DAYS_TO_DECIDE = 12
_DAYS_OF_PACE = 30


@dataclass(frozen=True)
class Owners:
    """Who answers for what, by the goals; `last_resort` where no goal says so."""

    goals: Sequence[Standing]
    last_resort: str

    def of(self, metric: str) -> str:
        """The owner of the goal on the metric, else of most goals."""
        named = [goal.owner for goal in self.goals if goal.metric.name == metric] or [goal.owner for goal in self.goals]
        return max(sorted(set(named)), key=Counter(named).__getitem__, default=self.last_resort)


def read_proposals(
    state: State, values: Values, goals: Sequence[Standing], returns: Sequence[Return], owners: Owners, issued_on: date
) -> list[Proposal]:
    """Where to put the budget, then what to do about goals that are behind, the furthest first.

    A goal that is over before the day to decide is beyond any decision.
    """
    decide_by = issued_on + timedelta(days=_DAYS_TO_DECIDE)
    revenue = values.catalogue.get("revenue")
    budget = propose_budget(state, values.coverage, returns, revenue.metric, owners.of("revenue"), decide_by) if revenue else None
    behind = sorted(
        (goal for goal in goals if goal.status == "behind" and goal.actual is not None and goal.due > decide_by),
        key=lambda goal: (goal.pace or ZERO, goal.goal),
    )
    return [*([budget] if budget else []), *(_catch_up(state, goal, decide_by) for goal in behind)]


def _catch_up(state: State, goal: Standing, decide_by: date) -> Proposal:
    """To do more for a goal, or to plan anew: the pace it has had, and the pace that would still bring it to its target.

    What any deed would bring is not known, so that the pace to gain is expected without a range.
    """
    so_far, needed = _paces(goal)
    values = {
        "goal": goal.goal,
        "text_en": goal.text["en"],
        "text_zh": goal.text["zh"],
        "actual": goal.actual,
        "expected": goal.expected,
        "target": goal.target,
        "due": goal.due,
        "days_left": (goal.due - goal.day).days,
        "pace_so_far": so_far,
        "pace_needed": needed,
        "projected_end": goal.projected_end,
    }
    return Proposal(
        id=f"{state.month.first:%Y-%m}/catch_up/{goal.goal}",
        kind="catch_up",
        values=values,
        metric=goal.metric,
        dimension=goal.dimension,
        member=goal.member,
        member_name=goal.member_name,
        expected=needed - so_far if needed is not None else None,
        expected_low=None,
        expected_high=None,
        owner=goal.owner,
        decide_by=decide_by,
    )


def _paces(goal: Standing) -> tuple[Decimal, Decimal | None]:
    """What came in 30 days so far, and what must come in 30 days from now on; of a ratio, the ratio itself.

    A ratio needs target + (target - actual) * days gone / days left, if its denominator goes on as before; None where no ratio can be
    that, which is below 0, and of a share above 1.
    """
    gone, left = (goal.day - goal.start).days + 1, (goal.due - goal.day).days
    actual, target = Fraction(goal.actual or ZERO), Fraction(goal.target)
    if goal.metric.additivity == "ratio":
        needed = target + (target - actual) * gone / left
        is_possible = needed > 0 and (needed <= 1 or goal.metric.format != "percent")
        return rounded(actual), rounded(needed) if is_possible else None
    start = Fraction(goal.baseline) if goal.metric.additivity == "last" else Fraction(0)
    if goal.metric.additivity == "sum" and goal.days_known:
        gone = goal.days_known
    return rounded((actual - start) / gone * _DAYS_OF_PACE), rounded((target - actual) / left * _DAYS_OF_PACE)
