"""What a review says, before it is put into words: numbers, names and reasons, in no language and without rounding.

Everything here comes from one state of the warehouse, so the same state gives the same facts. A number that the data cannot support is
None, and a caveat says why. The facts of a section lie in its folder, `sections/<name>/facts.py`.
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
    """What is known, unchangeable."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Days(Facts):
    """Days from first to last, both included."""

    first: date
    last: date


class SectionFacts(Facts):
    """The facts of one section. The class lies in the section's folder, whose name is the section's; every field has a default: nothing."""

    @classmethod
    def section(cls) -> str:
        """The name of the section."""
        return cls.__module__.rsplit(".", 2)[-2]

    def focused(self, goals: Sequence[str], metrics: Sequence[str]) -> Self:
        """With what belongs to an audience's goals, and to the metrics of these, first."""
        return self


def in_order_of(wanted: Sequence[str], items: Sequence[T], name: Callable[[T], str]) -> tuple[T, ...]:
    """The items with those that are wanted first, in the order in which they are wanted; the others stay as they are."""
    return tuple(sorted(items, key=lambda item: wanted.index(name(item)) if name(item) in wanted else len(wanted)))


class Review(Facts):
    """A month's review. `as_of` is the moment whose knowledge it holds (UTC); `data_until` the last day up to which all sources reach.

    `data_in_part_until`: the last day that one of them reaches, where that is another day. `teams` has the names of teams by id, `labels`
    those of metrics by name.
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
        """The facts of a section; the empty ones where the review has none of it."""
        found = self.sections.get(kind.section())
        return found if isinstance(found, kind) else kind()

    def having(self, *facts: SectionFacts) -> Review:
        """The review with these facts in place of its own."""
        return self.model_copy(update={"sections": {**self.sections, **{each.section(): each for each in facts}}})


class Audience(Facts):
    """For whom a review is worded: a team, its language, and what it wants to see first."""

    team: str
    name: Words
    recipients: tuple[str, ...]
    language: Language
    focus_goals: tuple[str, ...] = ()
    focus_sections: tuple[str, ...] = ()


class Links(Facts):
    """Addresses that a review points at; None where there is nothing to open."""

    decide: str | None = None
    dashboard: str | None = None
