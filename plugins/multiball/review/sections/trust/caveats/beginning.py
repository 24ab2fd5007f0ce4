"""Data that begin too late to compare two months."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Literal

from multiball.review.gather.reading import Reading
from multiball.review.sections.trust.facts import Caveat
from multiball.review.vocabulary import Vocabulary

PLACE = 80


class MonthBeforePartial(Caveat):
    """The data begin within the month or the one before."""

    kind: Literal["month_before_partial"] = "month_before_partial"
    first_day: date

    def sentence(self, vocabulary: Vocabulary) -> str:
        """The first day."""
        return self.say(vocabulary, first_day=vocabulary.day(self.first_day))


def read(reading: Reading) -> Iterator[Caveat]:
    """One at most."""
    first_day = reading.values.first_day()
    if reading.values.begins_late(reading.state) and first_day is not None:
        yield MonthBeforePartial(first_day=first_day)
