"""The goals in words: a table, and the findings of the headline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from multiball.review.blocks import Cell, Section, Table, Tag
from multiball.review.changes import LEVEL, shape, tone
from multiball.review.numbers import relative
from multiball.review.sections.figures.facts import Figures
from multiball.review.sections.goals.facts import GoalProgress, Goals
from multiball.review.shown import Tone
from multiball.review.vocabulary import Vocabulary

PLACE = 50
_BEHIND = ("behind", "missed")
_STATUS: dict[str, tuple[str, Tone]] = {
    "ahead": ("▲", "good"),
    "on": ("●", "good"),
    "behind": ("▼", "bad"),
    "met": ("◆", "good"),
    "missed": ("■", "bad"),
    "cannot_tell": ("?", "neutral"),
}


def words(vocabulary: Vocabulary) -> Section:
    """A table with a row per goal; a sentence where there are no goals."""
    say, goals = vocabulary.say, vocabulary.review.of(Goals).goals
    columns = tuple(say(f"goals.{name}") for name in ("goal", "actual", "expected", "projected", "target", "status"))
    table = Table(columns=columns, rows=tuple(_row(vocabulary, goal) for goal in goals))
    return Section(name="goals", title=say("goals.title"), intro="" if goals else say("goals.none"), blocks=(table,) if goals else ())


def findings(vocabulary: Vocabulary, focus: Sequence[str]) -> Iterator[str]:
    """The goals furthest ahead and furthest behind, among the audience's own where any of these is known."""
    goals = vocabulary.review.of(Goals).goals
    known = [goal for goal in goals if goal.status != "cannot_tell" and relative(goal.actual, goal.expected) is not None]
    known = [goal for goal in known if goal.goal in focus] or known
    ahead = [goal for goal in known if goal.status in ("ahead", "met")]
    on = [goal for goal in known if goal.status == "on"]
    behind = [goal for goal in known if goal.status in _BEHIND]
    best, worst = sorted(ahead or on, key=_gain, reverse=True)[:1], sorted(behind, key=_gain)[:1]
    month = [] if ahead else list(_best_month(vocabulary, focus, [goal.goal for goal in goals if goal.status in _BEHIND]))[:1]
    yield from month or [_goal(vocabulary, goal, _since(vocabulary, goal)) for goal in best]
    for goal in worst:
        said = best and not month and best[0].start == goal.start
        yield _goal(vocabulary, goal, "" if said else _since(vocabulary, goal))


def _best_month(vocabulary: Vocabulary, focus: Sequence[str], behind: Sequence[str]) -> Iterator[str]:
    """Figures better than the month's plan whose goals are not behind: the audience's first, then by distance."""
    numbers = vocabulary.numbers
    figures = [figure for figure in vocabulary.review.of(Figures).figures if figure.goal not in behind]
    changes = [(figure, relative(figure.value, figure.plan)) for figure in figures]
    good = [(figure, change) for figure, change in changes if change is not None and tone(change, figure.metric.better) == "good"]
    for figure, change in sorted(good, key=lambda each: (each[0].goal not in focus, -abs(each[1]))):
        yield vocabulary.say(
            f"finding.month.{figure.metric.better}",
            label=vocabulary.label(figure.metric),
            gap=numbers.change(abs(change), signed=False),
            month=numbers.month(vocabulary.review.month),
        )


def _gain(goal: GoalProgress) -> Decimal:
    gap = relative(goal.actual, goal.expected) or Decimal(0)
    return gap if goal.direction == "up" else -gap


def _since(vocabulary: Vocabulary, goal: GoalProgress) -> str:
    month = vocabulary.review.month
    name = vocabulary.numbers.month(goal.start, year=goal.start.year != month.year)
    return vocabulary.say("finding.since", month=name) if goal.start < month else ""


def _goal(vocabulary: Vocabulary, goal: GoalProgress, since: str) -> str:
    label = vocabulary.label(goal.metric, goal.member_name)
    gain = _gain(goal)
    if goal.status == "on" or not gain:
        return vocabulary.say("finding.on", label=label, since=since)
    side = "ahead" if gain > 0 else "behind"
    return vocabulary.say(f"finding.{side}.{goal.direction}", label=label, gap=_gap(vocabulary, goal), since=since)


def _gap(vocabulary: Vocabulary, goal: GoalProgress) -> str:
    """The distance to the plan in percent; as an amount for a level, which has a baseline, and where the percentage would show as 0."""
    share, amount = relative(goal.actual, goal.expected) or Decimal(0), (goal.actual or Decimal(0)) - (goal.expected or Decimal(0))
    if goal.metric.additivity == "last" or shape(share) == LEVEL:
        return vocabulary.amount(abs(amount), goal.metric)
    return vocabulary.numbers.change(abs(share), signed=False)


def _row(vocabulary: Vocabulary, goal: GoalProgress) -> tuple[Cell, ...]:
    shape, tone = _STATUS[goal.status]
    owner_due = vocabulary.say("goals.owner_due", owner=vocabulary.team(goal.owner), due=vocabulary.day(goal.due))
    numbers = (goal.actual, goal.expected, goal.projected_end, goal.target)
    return (
        Cell(text=vocabulary.text(goal.text), note=owner_due),
        *(Cell(text=vocabulary.amount(number, goal.metric)) for number in numbers),
        Cell(text="", tag=Tag(shape=shape, word=vocabulary.word("status", goal.status), tone=tone)),
    )
