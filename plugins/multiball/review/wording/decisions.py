"""What to decide: each proposal with its evidence and what to expect of it."""

from __future__ import annotations

from typing import Any

from multiball.review import facts
from multiball.review.report import Decision as Shown
from multiball.review.report import DecisionsPart, Fact
from multiball.review.wording import returns
from multiball.review.wording.vocabulary import Vocabulary

_MONEY = ("amount", "from_return", "to_return", "low_return", "high_return")
_ORDERS = ("from_orders", "to_orders", "low_orders", "high_orders")
_OF_THE_METRIC = ("actual", "expected", "target", "pace_so_far", "pace_needed", "projected_end")


def part(vocabulary: Vocabulary) -> DecisionsPart:
    """The proposals in the order of the review."""
    proposals = vocabulary.review.proposals
    intro = vocabulary.count("decisions.intro", len(proposals)) if proposals else vocabulary.say("decisions.none")
    return DecisionsPart(
        title=vocabulary.say("decisions.title"), intro=intro, decisions=tuple(_decision(vocabulary, each) for each in proposals)
    )


def title(vocabulary: Vocabulary, proposal: facts.Proposal) -> str:
    """What the proposal is called."""
    variant = ""
    if proposal.kind == "catch_up" and proposal.values["pace_needed"] is None:
        variant = "_beyond"
    elif proposal.kind == "catch_up" and proposal.metric.additivity == "ratio":
        variant = "_ratio"
    if proposal.kind == "hold_and_test" and proposal.values["months"] is None:
        variant = "_never"
    return vocabulary.say(f"proposal.{proposal.kind}.title{variant}", **_words(vocabulary, proposal))


def _decision(vocabulary: Vocabulary, proposal: facts.Proposal) -> Shown:
    say = vocabulary.say
    return Shown(
        id=proposal.id,
        title=title(vocabulary, proposal),
        evidence=vocabulary.sentences(
            [say(f"proposal.{proposal.kind}.evidence", **_words(vocabulary, proposal)), _outlook(vocabulary, proposal)]
        ),
        expected=_fact(vocabulary, vocabulary.expectation(proposal), vocabulary.expected(proposal)),
        facts=(
            _fact(vocabulary, "owner", vocabulary.team(proposal.owner)),
            _fact(vocabulary, "by", vocabulary.day(proposal.decide_by)),
        ),
    )


def _fact(vocabulary: Vocabulary, name: str, text: str) -> Fact:
    label = vocabulary.say(f"decisions.{name}")
    return Fact(label=label, text=text, line=f"{label}{vocabulary.say('colon')}{text}")


def _outlook(vocabulary: Vocabulary, proposal: facts.Proposal) -> str:
    """What time alone will bring."""
    if proposal.kind == "hold_and_test":
        months: Any = proposal.values["months"]
        return (
            vocabulary.say("proposal.hold_and_test.never") if months is None else vocabulary.count("proposal.hold_and_test.months", months)
        )
    if proposal.kind == "catch_up" and proposal.values["projected_end"] is not None:
        return vocabulary.say("proposal.catch_up.projected", **_words(vocabulary, proposal))
    return ""


def _words(vocabulary: Vocabulary, proposal: facts.Proposal) -> dict[str, str]:
    """The values of a proposal as text, and its metric's name."""
    values: Any = proposal.values
    words = {
        "label": vocabulary.label(proposal.metric, proposal.member_name),
        "one": returns.one(vocabulary),
        "text": vocabulary.goal(values),
    }
    for key, value in values.items():
        if key.endswith("_name"):
            words[key] = vocabulary.member(value)
        elif key in _MONEY:
            words[key] = vocabulary.money(value)
        elif key in _ORDERS:
            words[key] = vocabulary.count("orders", value)
        elif key in _OF_THE_METRIC:
            words[key] = vocabulary.amount(value, proposal.metric)
        elif key in ("since", "until", "due"):
            words[key] = vocabulary.day(value)
        elif key == "days_left":
            words["days"] = vocabulary.count("days", value)
    return words
