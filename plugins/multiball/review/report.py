"""A review as one audience reads it: every number is formatted, every chart labelled. Mail and PDF only render it."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from multiball.review.facts import Links

_TURNS_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def inert(text: str) -> str:
    """The text on one line, without control characters and bidirectional marks."""
    shown = (" " if character.isspace() else character for character in text if character not in _TURNS_DIRECTION)
    kept = "".join(character for character in shown if character == " " or unicodedata.category(character) not in ("Cc", "Cs", "Cn"))
    return " ".join(kept.split(" ")).strip()


Text = Annotated[str, AfterValidator(inert)]
Tone = Literal["good", "bad", "neutral"]


class _Shown(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Fact(_Shown):
    """A label and its text; `line` is both."""

    label: Text
    text: Text
    line: Text


class Tag(_Shown):
    """An assessment: a shape and a word, so that it does not depend on the colour of its tone."""

    shape: Text
    word: Text
    tone: Tone


class Card(_Shown):
    """One of the figures at the top. `change` is relative to the plan or the month before, as `note` says."""

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
    """Actual values and the plan over time. `name` is the name of the picture, `alt` states the finding."""

    kind: Literal["lines"] = "lines"
    name: str
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
    """Estimates with their intervals, and the break-even line. `name` is the name of the picture, `alt` states the finding."""

    kind: Literal["intervals"] = "intervals"
    name: str
    title: Text
    caption: Text
    alt: Text
    rows: tuple[IntervalRow, ...]
    line_at: float
    line_label: Text
    ticks: tuple[Tick, ...]


Chart = LineChart | IntervalChart


class Decision(_Shown):
    """A proposal to decide, its evidence and its expected effect."""

    id: str
    title: Text
    evidence: Text
    expected: Fact
    facts: tuple[Fact, ...]

    @property
    def lines(self) -> list[str]:
        """All but the title, as plain text."""
        return [self.evidence, *(fact.line for fact in (self.expected, *self.facts))]


class Step(_Shown):
    """One step of plan, do, check, act."""

    title: Text
    lines: tuple[Text, ...]


class Outcome(_Shown):
    """An earlier decision and its result."""

    title: Text
    lines: tuple[Text, ...]
    tag: Tag


class Bar(_Shown):
    """A part of a difference; `share` is the length of its bar, from -1 to 1."""

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
    """A cell of a table, with a note in small print."""

    text: Text
    note: Text = ""
    tag: Tag | None = None


class _Block(_Shown):
    @property
    def in_mail(self) -> bool:
        """Whether it fits the HTML mail; the PDF and the plain text show every block."""
        return True


class Charts(_Block):
    """Charts, next to each other where there is room."""

    kind: Literal["charts"] = "charts"
    charts: tuple[Chart, ...]


class Decisions(_Block):
    """The proposals to decide."""

    kind: Literal["decisions"] = "decisions"
    decisions: tuple[Decision, ...]


class Steps(_Block):
    """Steps in columns."""

    kind: Literal["steps"] = "steps"
    steps: tuple[Step, ...]

    @property
    def in_mail(self) -> bool:
        """No: a mail is too narrow."""
        return False


class Outcomes(_Block):
    """The results of earlier decisions, under their own title."""

    kind: Literal["outcomes"] = "outcomes"
    title: Text
    outcomes: tuple[Outcome, ...]


class Differences(_Block):
    """Differences with their parts, next to each other where there is room."""

    kind: Literal["differences"] = "differences"
    differences: tuple[Bars, ...]


class Table(_Block):
    """A table. The first column names the row, numbers follow, and a tag comes last."""

    kind: Literal["table"] = "table"
    columns: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    is_wide: bool = False
    """Too wide for a mail."""

    @property
    def in_mail(self) -> bool:
        """Whether it fits the HTML mail."""
        return not self.is_wide


class Notes(_Block):
    """A list of sentences."""

    kind: Literal["notes"] = "notes"
    sentences: tuple[Text, ...]


Block = Annotated[Charts | Decisions | Steps | Outcomes | Differences | Table | Notes, Field(discriminator="kind")]


class Section(_Shown):
    """A section of the report, named by its folder in `review/sections/`."""

    name: str
    title: Text
    intro: Text = ""
    blocks: tuple[Block, ...] = ()

    @property
    def mail_blocks(self) -> list[Block]:
        """The blocks that fit the HTML mail."""
        return [block for block in self.blocks if block.in_mail]

    @property
    def in_mail(self) -> bool:
        """Whether the HTML mail shows it: not if it has blocks, and none fits."""
        return bool(self.mail_blocks) or not self.blocks

    @property
    def mail_title(self) -> str:
        """The title in the HTML mail: that of the outcomes where the mail shows only these."""
        first = self.mail_blocks[0] if self.mail_blocks and len(self.mail_blocks) < len(self.blocks) else None
        return first.title if isinstance(first, Outcomes) else self.title


class Report(_Shown):
    """The report of a review."""

    language: str
    tag: str
    """The language tag for HTML, with a script where the catalogue gives one, such as `zh-Hans`."""
    is_ideographic: bool
    """Whether its punctuation is as wide as an ideograph."""
    brand: Text
    kind_of_document: Text
    subject: Text
    headline: Text
    lead: Text
    cards: tuple[Card, ...]
    sections: tuple[Section, ...]
    """In reading order."""
    footer: Text
    mail_footer: tuple[Text, ...]
    colon: str
    """The separator between a label and its text."""
    decide_label: Text
    dashboard_label: Text
    links: Links
    issued_at: datetime

    @model_validator(mode="after")
    def _names_charts(self) -> Self:
        names = [chart.name for chart in self.charts]
        if len(set(names)) < len(names):
            raise ValueError(f"two charts have the same name: {', '.join(names)}")
        return self

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The decisions of all sections, in the order of the proposals."""
        return tuple(one for section in self.sections for block in section.blocks if block.kind == "decisions" for one in block.decisions)

    @property
    def charts(self) -> tuple[Chart, ...]:
        """The charts of all sections. Their names are unique."""
        return tuple(one for section in self.sections for block in section.blocks if block.kind == "charts" for one in block.charts)
