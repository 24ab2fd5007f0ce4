"""The month in one cycle: plan, do, check, act, and the results of earlier decisions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from zoneinfo import ZoneInfo

from multiball.review.blocks import Block, Outcome, Outcomes, Section, Step, Steps, Tag
from multiball.review.sections.cycle.facts import Decisions, PastDecision
from multiball.review.sections.figures.facts import Figures
from multiball.review.sections.figures.words import extent
from multiball.review.sections.goals.facts import Goals
from multiball.review.sections.proposals.facts import Proposals
from multiball.review.shown import Tone
from multiball.review.vocabulary import Vocabulary

PLACE = 30
_GOALS = (("ahead", ("ahead", "met")), ("on", ("on",)), ("behind", ("behind", "missed")), ("cannot_tell", ("cannot_tell",)))
_VERDICTS: dict[str, tuple[str, Tone]] = {
    "as_expected": ("●", "good"),
    "better": ("▲", "good"),
    "worse": ("▼", "bad"),
    "too_early": ("◇", "neutral"),
    "cannot_tell": ("?", "neutral"),
    "not_done": ("■", "neutral"),
}

_REASONS = {"days_missing": "compared_days_missing"}
"""Reasons with a text of their own for decisions, where two months are compared."""


def words(vocabulary: Vocabulary) -> Section:
    """The four steps, and the decisions."""
    say, decisions = vocabulary.say, vocabulary.review.of(Decisions).decisions
    steps = (("plan", _plan(vocabulary)), ("do", _do(vocabulary)), ("check", _check(vocabulary)), ("act", _act(vocabulary)))
    blocks: list[Block] = [Steps(steps=tuple(Step(title=say(f"cycle.{name}"), lines=tuple(lines)) for name, lines in steps))]
    if decisions:
        blocks.append(Outcomes(title=say("outcomes.title"), outcomes=tuple(_outcome(vocabulary, decision) for decision in decisions)))
    return Section(name="cycle", title=say("cycle.title"), blocks=tuple(blocks))


def _plan(vocabulary: Vocabulary) -> Iterator[str]:
    planned = [figure for figure in vocabulary.review.of(Figures).figures if figure.plan is not None]
    for figure in planned:
        yield vocabulary.say("cycle.planned", label=vocabulary.label(figure.metric), value=vocabulary.amount(figure.plan, figure.metric))
    if not planned:
        goals = len(vocabulary.review.of(Goals).goals)
        yield vocabulary.count("cycle.running", goals) if goals else vocabulary.say("cycle.no_plan")


def _do(vocabulary: Vocabulary) -> Iterator[str]:
    """The spend, and the number of decisions to carry out."""
    review, numbers = vocabulary.review, vocabulary.numbers
    spent = [figure for figure in review.of(Figures).figures if figure.metric.better is None and figure.value is not None]
    for figure in spent:
        key = "cycle.did_before" if figure.before is not None else "cycle.did" if figure.is_whole else "cycle.did_in_part"
        amount, earlier = (vocabulary.amount(value, figure.metric) for value in (figure.value, figure.before))
        yield vocabulary.say(
            key,
            label=vocabulary.label(figure.metric),
            value=amount,
            before=earlier,
            month=numbers.short_month(vocabulary.month_before),
            extent=extent(vocabulary, figure),
        )
    agreed = sum(decision.decision in ("approved", "changed") for decision in review.of(Decisions).decisions)
    yield vocabulary.count("cycle.decided", agreed) if agreed else vocabulary.say("cycle.no_decisions")


def _check(vocabulary: Vocabulary) -> Iterator[str]:
    goals = vocabulary.review.of(Goals).goals
    for name, statuses in _GOALS:
        number = sum(goal.status in statuses for goal in goals)
        if number:
            yield vocabulary.say(f"cycle.goals.{name}", number=number)
    if not goals:
        yield vocabulary.say("cycle.no_goals")


def _act(vocabulary: Vocabulary) -> Iterator[str]:
    proposals = vocabulary.review.of(Proposals).proposals
    if proposals:
        yield vocabulary.count("cycle.to_decide", len(proposals), day=vocabulary.day(min(each.decide_by for each in proposals)))
    else:
        yield vocabulary.say("cycle.nothing_to_decide")


def _outcome(vocabulary: Vocabulary, decision: PastDecision) -> Outcome:
    shape, tone = _VERDICTS[decision.verdict]
    return Outcome(
        title=vocabulary.text(decision.title),
        lines=tuple(_outcome_lines(vocabulary, decision)),
        tag=Tag(shape=shape, word=vocabulary.word("verdict", decision.verdict), tone=tone),
    )


def _outcome_lines(vocabulary: Vocabulary, decision: PastDecision) -> Iterator[str]:
    say, month = vocabulary.say, vocabulary.numbers.month(decision.month, year=True)
    word = vocabulary.word("decision", decision.decision)
    if decision.decided_by and decision.decided_at:
        day = decision.decided_at.replace(tzinfo=decision.decided_at.tzinfo or UTC).astimezone(ZoneInfo(vocabulary.review.time_zone))
        yield say("outcome.decided_by", month=month, decision=word, person=decision.decided_by, day=vocabulary.day(day.date()))
    else:
        yield say("outcome.decision", month=month, decision=word)
    if decision.decision in ("approved", "changed"):
        yield say("outcome.owner", owner=vocabulary.team(decision.owner), due=vocabulary.day(decision.due))
    if decision.note:
        yield say("outcome.note", note=decision.note)
    if decision.expected is not None:
        yield say(f"outcome.{vocabulary.expectation(decision)}", expected=vocabulary.expected(decision))
    if decision.measured is not None and decision.metric is not None:
        yield say(
            "outcome.measured",
            label=vocabulary.label(decision.metric, decision.member_name),
            measured=vocabulary.difference(decision.measured, decision.metric),
        )
    if decision.reason and vocabulary.catalogue.knows("reason", decision.reason):
        yield say("outcome.why", why=vocabulary.word("reason", _REASONS.get(decision.reason, decision.reason)))
