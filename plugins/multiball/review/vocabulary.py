"""The words, names, numbers and dates of a review in one language. Words come from the catalogues in `locale/`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from multiball.review import facts
from multiball.review.numbers import Numbers, Scale
from multiball.words.catalogue import catalogue

_MEMBERS = ("channel", "platform", "origin")
"""Columns with words for members of dimensions."""


class Expectation(Protocol):
    """The expected monthly change of a metric by a proposal or decision; None where it is unknown."""

    @property
    def metric(self) -> facts.Metric | None:
        """The metric that changes."""

    @property
    def member_name(self) -> str | None:
        """The member that it is about; None for the total."""

    @property
    def expected(self) -> Decimal | None:
        """The estimate."""

    @property
    def expected_low(self) -> Decimal | None:
        """The lower end of its range."""

    @property
    def expected_high(self) -> Decimal | None:
        """The upper end of its range."""


class Vocabulary:
    """The words of a review in one language."""

    def __init__(self, review: facts.Review, language: str) -> None:
        self.review = review
        self.language = language
        self.catalogue = catalogue(language)
        self.numbers = Numbers(language, review.currency)

    def say(self, key: str, /, **values: object) -> str:
        """The text of a key, with the values filled in."""
        return self.catalogue.say("review", key, **values)

    def word(self, column: str, value: str) -> str:
        """The text for a value of a column, such as a status."""
        return self.catalogue.word(column, value)

    def count(self, key: str, number: Decimal | int, /, **values: object) -> str:
        """The text of a key in the plural form of the number as shown."""
        shown = int(Decimal(number).quantize(Decimal(1), ROUND_HALF_UP))
        return self.catalogue.count("review", key, shown, number=self.numbers.amount(Decimal(number), "integer"), **values)

    def sentences(self, parts: Sequence[str]) -> str:
        """The sentences joined; empty ones are left out."""
        return self.catalogue.style.between_sentences.join(part for part in parts if part)

    def text(self, words: facts.Words) -> str:
        """The text in this language, else in the first language that it has."""
        return words.get(self.language) or next(iter(words.values()), "")

    def label(self, metric: facts.Metric, member: str | None = None) -> str:
        """The name of a metric, with the member where one is given."""
        label = self.metric(metric.name, metric.label)
        return self.say("label.of_member", label=label, member=self.member(member)) if member else label

    def metric(self, name: str, label: str | None = None) -> str:
        """The name of a metric in this language, else its label in the review."""
        return self.catalogue.word("metric", name, label or self.review.labels.get(name))

    def clause(self, text: facts.Words) -> str:
        """A user's text, such as a goal's, as a part of a sentence: without its full stop."""
        return self.text(text).rstrip(" .。")

    def member(self, name: str) -> str:
        """The name of a channel, platform or other member in this language, else as reported by its source."""
        return next((self.catalogue.say(column, name) for column in _MEMBERS if self.catalogue.knows(column, name)), name)

    def team(self, team: str) -> str:
        """A team's name."""
        return self.text(self.review.teams[team]) if team in self.review.teams else team or self.say("nobody")

    def amount(self, value: Decimal | None, metric: facts.Metric, *, signed: bool = False) -> str:
        """A metric's value; a dash where it is unknown."""
        return self.say("unknown") if value is None else self.numbers.amount(value, metric.format, signed=signed)

    def difference(self, value: Decimal, metric: facts.Metric, scale: Scale | None = None) -> str:
        """The change of a metric; percentages change by percentage points."""
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
        """A share in percent; a dash where it is unknown."""
        return self.say("unknown") if share is None else self.numbers.change(share, signed=False)

    def expectation(self, proposal: Expectation) -> str:
        """`expected`, or `needed` for a change without a range: the goal requires it, but the effect is unknown."""
        return "needed" if proposal.expected and proposal.expected_low is None else "expected"

    def expected(self, proposal: Expectation) -> str:
        """The expected change of a proposal or decision: the estimate, and the range where it is known."""
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
        """Runs of days, with the year where it differs from that of the review."""
        other_year = any(run.first.year != self.review.month.year for run in runs)
        return self.numbers.days([(run.first, run.last) for run in runs], year=other_year)

    def day(self, day: date) -> str:
        """A day, with the year where it differs from that of the review."""
        return self.numbers.day(day, year=day.year != self.review.month.year)

    def moment(self, moment: datetime | None) -> str:
        """The day of a moment; a dash where it is unknown."""
        return self.say("unknown") if moment is None else self.day(moment.date())

    @property
    def month_before(self) -> date:
        """The last day of the month before."""
        return self.review.month.replace(day=1) - timedelta(days=1)
