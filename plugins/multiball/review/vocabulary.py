"""A language's words, names, numbers and dates for one review. The words are those of the catalogue in `locale/`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from multiball.review import facts
from multiball.review.numbers import Numbers, Scale
from multiball.words.catalogue import catalogue

_MEMBERS = ("channel", "platform", "origin")
"""The columns whose words name members of a metric's dimensions."""


class Expectation(Protocol):
    """What a proposal or a decision is expected to change a metric by in a month; None where that is unknown."""

    @property
    def metric(self) -> facts.Metric | None:
        """What changes."""

    @property
    def member_name(self) -> str | None:
        """Of which member; None for the total."""

    @property
    def expected(self) -> Decimal | None:
        """The estimate."""

    @property
    def expected_low(self) -> Decimal | None:
        """Where its range begins."""

    @property
    def expected_high(self) -> Decimal | None:
        """Where its range ends."""


class Vocabulary:
    """Words of one language."""

    def __init__(self, review: facts.Review, language: str) -> None:
        self.review = review
        self.language = language
        self.catalogue = catalogue(language)
        self.numbers = Numbers(language, review.currency)

    def say(self, key: str, /, **values: object) -> str:
        """The words for a key, with the values in their places."""
        return self.catalogue.say("review", key, **values)

    def word(self, column: str, value: str) -> str:
        """What people read for a word in a column, such as a status."""
        return self.catalogue.word(column, value)

    def count(self, key: str, number: Decimal | int, /, **values: object) -> str:
        """The words for so many, in the plural form of the number as it shows."""
        shown = int(Decimal(number).quantize(Decimal(1), ROUND_HALF_UP))
        return self.catalogue.count("review", key, shown, number=self.numbers.amount(Decimal(number), "integer"), **values)

    def sentences(self, parts: Sequence[str]) -> str:
        """Sentences, one after the other."""
        return self.catalogue.style.between_sentences.join(part for part in parts if part)

    def of(self, words: facts.Words) -> str:
        """The text in this language; in the first that there is where it has none."""
        return words.get(self.language) or next(iter(words.values()), "")

    def label(self, metric: facts.Metric, member: str | None = None) -> str:
        """A metric's name, with that of the member that it is about."""
        label = self.metric(metric.name, metric.label)
        return self.say("label.of_member", label=label, member=self.member(member)) if member else label

    def metric(self, name: str, label: str | None = None) -> str:
        """The name of a metric; that of the review where the catalogue of the language has none."""
        return self.catalogue.word("metric", name, label or self.review.labels.get(name))

    def clause(self, text: facts.Words) -> str:
        """A text that people wrote, such as a goal's, as a part of a sentence."""
        return self.of(text).rstrip(" .。")

    def member(self, name: str) -> str:
        """A channel, platform or other member as readers know it; the name as its source gave it where we have no word for it."""
        return next((self.catalogue.say(column, name) for column in _MEMBERS if self.catalogue.knows(column, name)), name)

    def team(self, team: str) -> str:
        """A team's name."""
        return self.of(self.review.teams[team]) if team in self.review.teams else team or self.say("nobody")

    def amount(self, value: Decimal | None, metric: facts.Metric, *, signed: bool = False) -> str:
        """A metric's value; a dash where it is unknown."""
        return self.say("unknown") if value is None else self.numbers.amount(value, metric.format, signed=signed)

    def difference(self, value: Decimal, metric: facts.Metric, scale: Scale | None = None) -> str:
        """What a metric changed by: percentages in percentage points."""
        text = self.numbers.amount(value, metric.format, scale, signed=True)
        return self.say("points", number=text.removesuffix(self.numbers.style.percent)) if metric.format == "percent" else text

    def money(self, value: Decimal | None, *, signed: bool = False) -> str:
        """An amount of money; a dash where it is unknown."""
        return self.say("unknown") if value is None else self.numbers.amount(value, "currency", signed=signed)

    def one(self) -> str:
        """One unit of money."""
        return self.money(Decimal(1))

    def whole(self, number: int) -> str:
        """A whole number."""
        return self.numbers.amount(Decimal(number), "integer")

    def share(self, share: Decimal | None) -> str:
        """A part of a whole in percent; a dash where it is unknown."""
        return self.say("unknown") if share is None else self.numbers.change(share, signed=False)

    def expectation(self, proposal: Expectation) -> str:
        """Whether its change is expected, or only needed: without a range it is what the goal asks for, and nobody knows what will come."""
        return "needed" if proposal.expected and proposal.expected_low is None else "expected"

    def expected(self, proposal: Expectation) -> str:
        """What is expected of a proposal or was of a decision: the estimate, and the range where it is known."""
        if proposal.metric is None or proposal.expected is None:
            return self.say("expected.unknown")
        label = self.label(proposal.metric, proposal.member_name)
        if not proposal.expected and not proposal.expected_low and not proposal.expected_high:
            return self.say("expected.no_change", label=label)
        estimate = self.difference(proposal.expected, proposal.metric)
        if proposal.expected_low is None or proposal.expected_high is None:
            of_ratio = "_ratio" if proposal.metric.additivity == "ratio" else ""
            return self.say(f"expected.estimate{of_ratio}", label=label, estimate=estimate)
        return self.say(
            "expected.range",
            label=label,
            estimate=estimate,
            low=self.difference(proposal.expected_low, proposal.metric),
            high=self.difference(proposal.expected_high, proposal.metric),
        )

    def days(self, runs: Sequence[facts.Days]) -> str:
        """Runs of days; with their year where that is not the year of the review's month."""
        other_year = any(run.first.year != self.review.month.year for run in runs)
        return self.numbers.days([(run.first, run.last) for run in runs], year=other_year)

    def day(self, day: date) -> str:
        """A day; with its year where that is not the year of the review's month."""
        return self.numbers.day(day, year=day.year != self.review.month.year)

    def moment(self, moment: datetime | None) -> str:
        """The day of a moment; a dash where it is unknown."""
        return self.say("unknown") if moment is None else self.day(moment.date())

    @property
    def month_before(self) -> date:
        """A day of the month before that of the review."""
        return self.review.month.replace(day=1) - timedelta(days=1)
