"""Owner and deadline of a proposal."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from multiball.review.gather.reading import Reading
from multiball.review.sections.goals.facts import Goals

_DAYS_TO_DECIDE = 12


def decide_by(reading: Reading) -> date:
    """The last day to decide."""
    return reading.issued_on + timedelta(days=_DAYS_TO_DECIDE)


def owner(reading: Reading, metric: str) -> str:
    """The owner of most goals on the metric, else of most goals, else the first team; empty without teams."""
    goals = reading.of(Goals).goals
    named = [goal.owner for goal in goals if goal.metric.name == metric] or [goal.owner for goal in goals]
    return max(sorted(set(named)), key=Counter(named).__getitem__, default=next(iter(reading.teams), ""))
