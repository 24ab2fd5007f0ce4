"""Sources that have nothing or not all of the month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from multiball.review.facts import Days
from multiball.review.gather.reaches import Reach
from multiball.review.gather.reading import Reading
from multiball.review.gather.state import State
from multiball.review.sections.trust.facts import Caveat
from multiball.review.vocabulary import Vocabulary

PLACE = 20


class _OfSource(Caveat):
    """About a source, or about one `fact` that it brings where it brings several that do not reach equally far."""

    source: str
    fact: str | None = None

    def name(self, vocabulary: Vocabulary) -> str:
        """The source as readers know it, with the fact."""
        source = vocabulary.member(self.source)
        return vocabulary.say("source.fact", source=source, fact=vocabulary.word("fact", self.fact)) if self.fact else source


class SourceMissing(_OfSource):
    """Nothing of it is there for the month; `until` is its last day, None where nothing ever came."""

    kind: Literal["source_missing"] = "source_missing"
    until: date | None

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Its last day, or that it never brought anything."""
        if self.until is None:
            return self.say(vocabulary, ".never", source=self.name(vocabulary))
        return self.say(vocabulary, source=self.name(vocabulary), until=vocabulary.day(self.until))


class SourceLate(_OfSource):
    """Its data end on `until`, before the month does; `due` (UTC) is when a load was overdue, None where none is."""

    kind: Literal["source_late"] = "source_late"
    until: date | None
    last_loaded: datetime
    due: datetime | None

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Where its data end, and the load that is overdue."""
        name, until = self.name(vocabulary), vocabulary.day(self.until) if self.until else vocabulary.say("unknown")
        if self.due is None:
            return self.say(vocabulary, ".ends", source=name, until=until)
        return self.say(vocabulary, source=name, until=until, due=vocabulary.moment(self.due))


class SourceBegins(_OfSource):
    """Its data begin within the month."""

    kind: Literal["source_begins"] = "source_begins"
    since: date

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Its first day."""
        return self.say(vocabulary, source=self.name(vocabulary), since=vocabulary.day(self.since))


class SourceGap(_OfSource):
    """Of these days of the month nothing was ever loaded."""

    kind: Literal["source_gap"] = "source_gap"
    days: tuple[Days, ...]

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The days."""
        return self.say(vocabulary, source=self.name(vocabulary), days=vocabulary.days(self.days))


def read(reading: Reading) -> Iterator[Caveat]:
    """Missing sources first. An import is missed where it used to come."""
    state, reaches = reading.state, reading.reaches
    for source in sorted(set(reading.configured) - {reach.source for reach in reaches}):
        yield SourceMissing(source=source, until=None)
    in_order = sorted(reaches, key=lambda reach: (reach.until or date.min, reach.name, reach.fact or ""))
    for reach in in_order:
        if reach.is_late or reach.ends_early(state):
            yield _ending(reach, state)
    for reach in in_order:
        if reach.since is not None and state.month.first < reach.since <= state.month.last:
            yield SourceBegins(source=reach.name, fact=reach.fact, since=reach.since)
        if reach.gaps:
            yield SourceGap(source=reach.name, fact=reach.fact, days=reach.gaps)


def _ending(reach: Reach, state: State) -> Caveat:
    if reach.until is not None and reach.until < state.month.first:
        return SourceMissing(source=reach.name, fact=reach.fact, until=reach.until)
    due = reach.due if reach.is_late else None
    return SourceLate(source=reach.name, fact=reach.fact, until=reach.until, last_loaded=reach.last_loaded, due=due)
