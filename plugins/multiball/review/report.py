"""A review in words, for one audience: every number is text, every chart has its labels. Mail and PDF show it and decide nothing."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from multiball.review.facts import Links

_TURNS_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def inert(text: str) -> str:
    """The text on one line, without control characters and without marks that turn the direction of what follows."""
    shown = (" " if character.isspace() else character for character in text if character not in _TURNS_DIRECTION)
    kept = "".join(character for character in shown if character == " " or unicodedata.category(character) not in ("Cc", "Cs", "Cn"))
    return " ".join(kept.split(" ")).strip()


Text = Annotated[str, AfterValidator(inert)]
Tone = Literal["good", "bad", "neutral"]


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(_Shown):
    """A label and what it is about; `line` is both in one."""

    label: Text
    text: Text
    line: Text


class Tag(_Shown):
    """A judgement: a shape and a word, so that it does not hang on the colour of its tone."""

    shape: Text
    word: Text
    tone: Tone


class Card(_Shown):
    """One of the figures at the top. `change` is against the plan or the month before, which `note` names."""

    label: Text
    number: Text
    unit: Text
    change: Text
    tone: Tone
    note: Text


class Tick(_Shown):
    """A mark of an axis."""

    at: float
    label: Text


class LinePoint(_Shown):
    """A day of a line chart."""

    day: date
    actual: float | None
    planned: float | None


class DayTick(_Shown):
    """A mark of a time axis."""

    day: date
    label: Text


class LineChart(_Shown):
    """What was brought against what was planned. `alt` states the finding."""

    kind: Literal["lines"] = "lines"
    title: Text
    caption: Text
    alt: Text
    actual_label: Text
    planned_label: Text
    points: tuple[LinePoint, ...]
    days: tuple[DayTick, ...]
    ticks: tuple[Tick, ...]


class IntervalRow(_Shown):
    """A row of an interval chart."""

    label: Text
    value: float
    low: float
    high: float
    text: Text
    tone: Tone


class IntervalChart(_Shown):
    """Estimates with their intervals beside the line that they must pass. `alt` states the finding."""

    kind: Literal["intervals"] = "intervals"
    title: Text
    caption: Text
    alt: Text
    rows: tuple[IntervalRow, ...]
    line_at: float
    line_label: Text
    ticks: tuple[Tick, ...]


Chart = LineChart | IntervalChart


class Decision(_Shown):
    """Something to decide: what, on which evidence, and what to expect of it."""

    id: str
    title: Text
    evidence: Text
    expected: Fact
    facts: tuple[Fact, ...]

    @property
    def lines(self) -> list[str]:
        """All but the title, for where there is only plain text."""
        return [self.evidence, *(fact.line for fact in (self.expected, *self.facts))]


class Step(_Shown):
    """One step of plan, do, check, act."""

    title: Text
    lines: tuple[Text, ...]


class Outcome(_Shown):
    """What was decided before, and what came of it."""

    title: Text
    lines: tuple[Text, ...]
    tag: Tag


class Bar(_Shown):
    """A part of a difference; `share` is its length, from -1 to 1."""

    label: Text
    text: Text
    share: float
    tone: Tone


class Bars(_Shown):
    """A difference and its parts, which add up to it as shown."""

    title: Text
    bars: tuple[Bar, ...]
    total: Bar


class Cell(_Shown):
    """A cell of a table; `note` stands small below."""

    text: Text
    note: Text = ""
    tag: Tag | None = None


class Table(_Shown):
    """Rows under labels. The first column names the row, the others are numbers, a tag comes last."""

    columns: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]


class _Part(_Shown):
    title: Text
    intro: Text = ""


class ChartsPart(_Part):
    """Where we stand, drawn."""

    kind: Literal["charts"] = "charts"
    charts: tuple[Chart, ...]


class DecisionsPart(_Part):
    """What to decide."""

    kind: Literal["decisions"] = "decisions"
    decisions: tuple[Decision, ...]


class CyclePart(_Part):
    """The month in one cycle, with the decisions of earlier reviews."""

    kind: Literal["cycle"] = "cycle"
    steps: tuple[Step, ...]
    outcomes_title: Text
    outcomes: tuple[Outcome, ...]


class MovementsPart(_Part):
    """Why it moved."""

    kind: Literal["movements"] = "movements"
    movements: tuple[Bars, ...]


class GoalsPart(_Part):
    """The goals as they stand."""

    kind: Literal["goals"] = "goals"
    table: Table | None


class ChannelsPart(_Part):
    """The channels at a glance."""

    kind: Literal["channels"] = "channels"
    table: Table


class TrustPart(_Part):
    """What is not known."""

    kind: Literal["trust"] = "trust"
    sentences: tuple[Text, ...]


Part = ChartsPart | DecisionsPart | CyclePart | MovementsPart | GoalsPart | ChannelsPart | TrustPart


class Report(_Shown):
    """A review as one audience reads it."""

    language: str
    tag: str
    """The language, and where its catalogue says so its script, as pages name it: `zh-Hans`."""
    is_ideographic: bool
    """Whether its signs of punctuation are as wide as an ideograph."""
    brand: Text
    kind_of_document: Text
    subject: Text
    headline: Text
    lead: Text
    cards: tuple[Card, ...]
    parts: tuple[Part, ...]
    """In the order in which they are read."""
    footer: Text
    mail_footer: tuple[Text, ...]
    colon: str
    """What the language sets between a label and its text."""
    decide_label: Text
    dashboard_label: Text
    links: Links
    issued_at: datetime

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What is to be decided, in the order of the proposals."""
        return next((part.decisions for part in self.parts if part.kind == "decisions"), ())
