"""Raise the pace of a goal that is behind, or plan it again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from multiball.review.exact import ZERO, rounded
from multiball.review.facts import Words
from multiball.review.gather.reading import Reading
from multiball.review.sections.goals.facts import GoalProgress, Goals
from multiball.review.sections.proposals.facts import Proposal
from multiball.review.sections.proposals.terms import decide_by
from multiball.review.vocabulary import Vocabulary

PLACE = 30
_DAYS_OF_PACE = 30


class CatchUp(Proposal):
    """A goal is behind. `pace_*` is per 30 days for sums and levels, the ratio itself for ratios; None where no pace reaches the target.

    The effect of any action is unknown, so that the change of pace is needed, and has no range.
    """

    kind: Literal["catch_up"] = "catch_up"
    goal: str
    text: Words
    actual: Decimal
    planned: Decimal | None
    """At the end of the month."""
    target: Decimal
    due: date
    days_left: int
    pace_so_far: Decimal
    pace_needed: Decimal | None
    projected_end: Decimal | None

    def title(self, vocabulary: Vocabulary) -> str:
        """The pace needed, or that none is enough."""
        label = vocabulary.label(self.metric, self.member_name)
        so_far, needed = (self._amount(vocabulary, pace) for pace in (self.pace_so_far, self.pace_needed))
        if self.pace_needed is None:
            return vocabulary.say("proposal.catch_up.title_beyond", label=label)
        of_ratio = "_ratio" if self.metric.additivity == "ratio" else ""
        return vocabulary.say(f"proposal.catch_up.title{of_ratio}", label=label, pace_so_far=so_far, pace_needed=needed)

    def evidence(self, vocabulary: Vocabulary) -> str:
        """The progress of the goal, and its projection at the present pace."""
        actual, planned, target = (self._amount(vocabulary, value) for value in (self.actual, self.planned, self.target))
        days, text = vocabulary.count("days", self.days_left), vocabulary.clause(self.text)
        now = vocabulary.say("proposal.catch_up.evidence", text=text, actual=actual, expected=planned, days=days)
        if self.projected_end is None:
            return now
        projected = self._amount(vocabulary, self.projected_end)
        return vocabulary.sentences([now, vocabulary.say("proposal.catch_up.projected", projected_end=projected, target=target)])

    def _amount(self, vocabulary: Vocabulary, value: Decimal | None) -> str:
        return vocabulary.amount(value, self.metric)


def propose(reading: Reading) -> Iterator[CatchUp]:
    """For each goal that is behind, the furthest first. A goal due before the last day to decide is left out."""
    day = decide_by(reading)
    behind = [goal for goal in reading.of(Goals).goals if goal.status == "behind" and goal.actual is not None and goal.due > day]
    for goal in sorted(behind, key=lambda goal: (goal.pace or ZERO, goal.goal)):
        so_far, needed = _paces(goal)
        yield CatchUp(
            id=f"{reading.state.month.first:%Y-%m}/catch_up/{goal.goal}",
            goal=goal.goal,
            text=goal.text,
            actual=goal.actual or ZERO,
            planned=goal.expected,
            target=goal.target,
            due=goal.due,
            days_left=(goal.due - goal.day).days,
            pace_so_far=so_far,
            pace_needed=needed,
            projected_end=goal.projected_end,
            metric=goal.metric,
            dimension=goal.dimension,
            member=goal.member,
            member_name=goal.member_name,
            expected=needed - so_far if needed is not None else None,
            expected_low=None,
            expected_high=None,
            owner=goal.owner,
            decide_by=day,
        )


def _paces(goal: GoalProgress) -> tuple[Decimal, Decimal | None]:
    """The pace per 30 days so far, and the pace needed from now on; for a ratio, the ratio itself.

    A ratio needs target + (target - actual) * days gone / days left, if its denominator continues as before; None where that is
    impossible: 0 or less, or a share above 1.
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
