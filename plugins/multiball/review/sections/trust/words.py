"""Unknown, missing and provisional data: a sentence for each caveat."""

from __future__ import annotations

from multiball.review.blocks import Notes, Section
from multiball.review.sections.trust.facts import Trust
from multiball.review.vocabulary import Vocabulary

PLACE = 70


def words(vocabulary: Vocabulary) -> Section:
    """A sentence per caveat."""
    caveats = vocabulary.review.of(Trust).caveats
    return Section(
        name="trust",
        title=vocabulary.say("trust.title"),
        intro="" if caveats else vocabulary.say("trust.none"),
        blocks=(Notes(sentences=tuple(caveat.sentence(vocabulary) for caveat in caveats)),),
    )


def count(vocabulary: Vocabulary) -> str:
    """The number of caveats in words; empty without any."""
    caveats = vocabulary.review.of(Trust).caveats
    return vocabulary.count("lead.caveats", len(caveats)) if caveats else ""
