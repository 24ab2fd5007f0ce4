"""Sources without data for all or part of the month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from multiball.review.facts import Days
from multiball.review.gather.data_ranges import DataRange
from multiball.review.gather.reading import Reading
from multiball.review.gather.state import State
from multiball.review.sections.trust.facts import Caveat
from multiball.review.vocabulary import Vocabulary

PLACE = 20


class _SourceCaveat(Caveat):
    """About a source, or about one `fact` of it where its facts are not covered alike."""

    source: str
    fact: str | None = None

    def name(self, vocabulary: Vocabulary) -> str:
        """The source's name, with the fact where one is given."""
        source = vocabulary.member(self.source)
        return vocabulary.say("source.fact", source=source, fact=vocabulary.word("fact", self.fact)) if self.fact else source


class SourceMissing(_SourceCaveat):
    """It has no data for the month; `until` is its last day, None where it never had data."""

    kind: Literal["source_missing"] = "source_missing"
    until: date | None

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Its last day, or that it never had data."""
        if self.until is None:
            return self.say(vocabulary, ".never", source=self.name(vocabulary))
        return self.say(vocabulary, source=self.name(vocabulary), until=vocabulary.day(self.until))


class SourceLate(_SourceCaveat):
    """Its data end on `until`, before the month's end; `due` (UTC) is when a load became overdue, None where none is."""

    kind: Literal["source_late"] = "source_late"
    until: date | None
    last_loaded: datetime
    due: datetime | None

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The end of its data, and the overdue load."""
        name, until = self.name(vocabulary), vocabulary.day(self.until) if self.until else vocabulary.say("unknown")
        if self.due is None:
            return self.say(vocabulary, ".ends", source=name, until=until)
        return self.say(vocabulary, source=name, until=until, due=vocabulary.moment(self.due))


class SourceBegins(_SourceCaveat):
    """Its data begin within the month."""

    kind: Literal["source_begins"] = "source_begins"
    since: date

    def sentence(self, vocabulary: Vocabulary) -> str:
        """Its first day."""
        return self.say(vocabulary, source=self.name(vocabulary), since=vocabulary.day(self.since))


class SourceGap(_SourceCaveat):
    """Days of the month that were never loaded."""

    kind: Literal["source_gap"] = "source_gap"
    days: tuple[Days, ...]

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The days."""
        return self.say(vocabulary, source=self.name(vocabulary), days=vocabulary.days(self.days))


def read(reading: Reading) -> Iterator[Caveat]:
    """Missing and late sources first, then late starts and gaps. An import is missing only if there were earlier ones."""
    state, ranges = reading.state, reading.data_ranges
    for source in sorted(set(reading.configured) - {each.source for each in ranges}):
        yield SourceMissing(source=source, until=None)
    in_order = sorted(ranges, key=lambda each: (each.until or date.min, each.name, each.fact or ""))
    for each in in_order:
        if each.is_late or each.ends_early(state):
            yield _ending(each, state)
    for each in in_order:
        if each.since is not None and state.month.first < each.since <= state.month.last:
            yield SourceBegins(source=each.name, fact=each.fact, since=each.since)
        if each.gaps:
            yield SourceGap(source=each.name, fact=each.fact, days=each.gaps)


def _ending(each: DataRange, state: State) -> Caveat:
    if each.until is not None and each.until < state.month.first:
        return SourceMissing(source=each.name, fact=each.fact, until=each.until)
    due = each.due if each.is_late else None
    return SourceLate(source=each.name, fact=each.fact, until=each.until, last_loaded=each.last_loaded, due=due)
