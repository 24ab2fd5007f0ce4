"""What to decide: each proposal with its evidence and expected effect."""

from __future__ import annotations

from multiball.review.blocks import Decision, Decisions, Fact, Section
from multiball.review.sections.proposals.facts import Proposal, Proposals
from multiball.review.vocabulary import Vocabulary

PLACE = 20


def words(vocabulary: Vocabulary) -> Section:
    """The proposals in the order of the review."""
    proposals = vocabulary.review.of(Proposals).proposals
    return Section(
        name="proposals",
        title=vocabulary.say("decisions.title"),
        intro=vocabulary.count("decisions.intro", len(proposals)) if proposals else vocabulary.say("decisions.none"),
        blocks=(Decisions(decisions=tuple(_decision(vocabulary, each) for each in proposals)),),
    )


def _decision(vocabulary: Vocabulary, proposal: Proposal) -> Decision:
    return Decision(
        id=proposal.id,
        title=proposal.title(vocabulary),
        evidence=proposal.evidence(vocabulary),
        expected=_fact(vocabulary, vocabulary.expectation(proposal), vocabulary.expected(proposal)),
        facts=(
            _fact(vocabulary, "owner", vocabulary.team(proposal.owner)),
            _fact(vocabulary, "by", vocabulary.day(proposal.decide_by)),
        ),
    )


def _fact(vocabulary: Vocabulary, name: str, text: str) -> Fact:
    label = vocabulary.say(f"decisions.{name}")
    return Fact(label=label, text=text, line=f"{label}{vocabulary.say('colon')}{text}")
