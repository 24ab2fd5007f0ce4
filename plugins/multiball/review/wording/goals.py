"""The goals as they stand at the end of the month."""

from __future__ import annotations

from multiball.review import facts
from multiball.review.report import Cell, GoalsPart, Table, Tag, Tone
from multiball.review.wording.vocabulary import Vocabulary

_STATUS: dict[str, tuple[str, Tone]] = {
    "ahead": ("▲", "good"),
    "on": ("●", "good"),
    "behind": ("▼", "bad"),
    "met": ("◆", "good"),
    "missed": ("■", "bad"),
    "cannot_tell": ("?", "neutral"),
}


def part(vocabulary: Vocabulary) -> GoalsPart:
    """A row per goal; a sentence where there is none."""
    say, goals = vocabulary.say, vocabulary.review.goals
    columns = tuple(say(f"goals.{name}") for name in ("goal", "actual", "expected", "projected", "target", "status"))
    return GoalsPart(
        title=say("goals.title"),
        intro="" if goals else say("goals.none"),
        table=Table(columns=columns, rows=tuple(_row(vocabulary, goal) for goal in goals)) if goals else None,
    )


def why_not(vocabulary: Vocabulary, reason: object) -> str:
    """Why a goal cannot be assessed."""
    return vocabulary.word("reason", str(reason)) if vocabulary.catalogue.knows("reason", str(reason)) else vocabulary.say("reason_other")


def _row(vocabulary: Vocabulary, goal: facts.Standing) -> tuple[Cell, ...]:
    shape, tone = _STATUS[goal.status]
    owner_due = vocabulary.say("goals.owner_due", owner=vocabulary.team(goal.owner), due=vocabulary.day(goal.due))
    numbers = (goal.actual, goal.expected, goal.projected_end, goal.target)
    return (
        Cell(text=vocabulary.of(goal.text), note=owner_due),
        *(Cell(text=vocabulary.amount(number, goal.metric)) for number in numbers),
        Cell(text="", tag=Tag(shape=shape, word=vocabulary.word("status", goal.status), tone=tone)),
    )
