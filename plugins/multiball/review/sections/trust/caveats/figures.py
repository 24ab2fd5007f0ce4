"""Figures without a number, and figures that are not compared over whole months."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from multiball.review.facts import Days
from multiball.review.gather.coverage import runs
from multiball.review.gather.reading import Reading
from multiball.review.sections.figures.facts import Figures
from multiball.review.sections.trust.facts import Caveat
from multiball.review.vocabulary import Vocabulary

PLACE = 50


class NoData(Caveat):
    """A figure of the review has no number for the month."""

    kind: Literal["no_data"] = "no_data"
    metric: str

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The figure."""
        return self.say(vocabulary, label=vocabulary.metric(self.metric))


class ComparedInPart(Caveat):
    """The days of both months that are compared, because the fact has the same coverage on them."""

    kind: Literal["compared_in_part"] = "compared_in_part"
    fact: str
    days: tuple[Days, ...]
    days_before: tuple[Days, ...]

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The days of both months."""
        days, days_before = vocabulary.days(self.days), vocabulary.days(self.days_before)
        return self.say(vocabulary, fact=vocabulary.word("fact", self.fact), days=days, days_before=days_before)


class NotCompared(Caveat):
    """Too few days of a figure have the same coverage in both months."""

    kind: Literal["not_compared"] = "not_compared"
    fact: str

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The fact."""
        return self.say(vocabulary, fact=vocabulary.word("fact", self.fact))


def read(reading: Reading) -> Iterator[Caveat]:
    """Figures without a number; then, by fact, comparisons of less than the whole months."""
    state, values, figures = reading.state, reading.values, reading.of(Figures).figures
    for figure in figures:
        if figure.value is None:
            yield NoData(metric=figure.metric.name)
    seen: set[str] = set()
    for figure in figures:
        for fact in values.catalogue[figure.metric.name].facts:
            if figure.value is None or fact in seen or not values.coverage.has_covered_day(fact, state.before):
                continue
            seen.add(fact)
            days = values.compared.get(figure.metric.name)
            if days is None:
                yield NotCompared(fact=fact)
            elif not days.is_whole:
                yield ComparedInPart(fact=fact, days=runs(days.now), days_before=runs(days.before))
