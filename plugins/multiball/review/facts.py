"""The facts of a review: numbers, names and reasons, independent of language and not rounded.

All come from one state of the warehouse, so the same state gives the same facts. A number that the data cannot support is None, and a
caveat says why. The facts of a section are in its folder, `sections/<name>/facts.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, SerializeAsAny

from multiball.metrics import Metric as Metric
from multiball.words import known_language

Words = Mapping[str, str]
"""A text by language."""

Language = Annotated[str, AfterValidator(known_language)]
"""A language that has a catalogue in `locale/`."""

T = TypeVar("T")
F = TypeVar("F", bound="SectionFacts")


class Facts(BaseModel):
    """An immutable record."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Days(Facts):
    """Days from first to last, both included."""

    first: date
    last: date


class SectionFacts(Facts):
    """The facts of one section, named by the folder of the class. Every field has a default, which means that nothing is known."""

    @classmethod
    def section(cls) -> str:
        """The name of the section."""
        return cls.__module__.rsplit(".", 2)[-2]

    def focused(self, goals: Sequence[str], metrics: Sequence[str]) -> Self:
        """With the facts about an audience's goals, and about their metrics, first."""
        return self


def in_order_of(first: Sequence[str], items: Sequence[T], name: Callable[[T], str]) -> tuple[T, ...]:
    """The items named in `first` in its order, then the others in theirs."""
    return tuple(sorted(items, key=lambda item: first.index(name(item)) if name(item) in first else len(first)))


class Review(Facts):
    """A month's review, with the knowledge of the moment `as_of` (UTC).

    `data_until` is the last day with data from all sources, `data_in_part_until` the last with data from any, where that is later. `teams`
    has the names of teams by id, `labels` those of metrics by name.
    """

    brand: str
    month: date
    as_of: datetime
    issued_at: datetime
    currency: str
    time_zone: str
    data_until: date
    data_in_part_until: date | None = None
    sections: Mapping[str, SerializeAsAny[SectionFacts]] = {}
    """By the name of the section."""
    teams: Mapping[str, Words] = {}
    labels: Mapping[str, str] = {}

    def of(self, kind: type[F]) -> F:
        """The facts of a section; empty ones where the review does not have it."""
        found = self.sections.get(kind.section())
        return found if isinstance(found, kind) else kind()

    def having(self, *facts: SectionFacts) -> Review:
        """A copy of the review with these sections replaced."""
        return self.model_copy(update={"sections": {**self.sections, **{each.section(): each for each in facts}}})


class Audience(Facts):
    """The readers of a review: a team, its language, and what it reads first."""

    team: str
    name: Words
    recipients: tuple[str, ...]
    language: Language
    focus_goals: tuple[str, ...] = ()
    focus_sections: tuple[str, ...] = ()


class Links(Facts):
    """Links of a review; None where there is nothing to open."""

    decide: str | None = None
    dashboard: str | None = None
