"""A review in words, for one audience: every number is text, every chart has its labels. Mail and PDF show it and decide nothing."""

from __future__ import annotations

import unicodedata
from datetime import date, datetime
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

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
    """What was brought against what was planned. `name` is that of its picture, `alt` states the finding."""

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
    """Estimates with their intervals beside the line that they must pass. `name` is that of its picture, `alt` states the finding."""

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


class _Block(_Shown):
    @property
    def in_mail(self) -> bool:
        """Whether the mail has room for it; the PDF and the mail's text show every block."""
        return True


class Charts(_Block):
    """Pictures, side by side where there is room."""

    kind: Literal["charts"] = "charts"
    charts: tuple[Chart, ...]


class Decisions(_Block):
    """What to decide."""

    kind: Literal["decisions"] = "decisions"
    decisions: tuple[Decision, ...]


class Steps(_Block):
    """Steps beside each other."""

    kind: Literal["steps"] = "steps"
    steps: tuple[Step, ...]

    @property
    def in_mail(self) -> bool:
        """A mail is too narrow for it."""
        return False


class Outcomes(_Block):
    """What came of earlier decisions, below a title of their own."""

    kind: Literal["outcomes"] = "outcomes"
    title: Text
    outcomes: tuple[Outcome, ...]


class Differences(_Block):
    """Differences with their parts, side by side where there is room."""

    kind: Literal["differences"] = "differences"
    differences: tuple[Bars, ...]


class Table(_Block):
    """Rows under labels. The first column names the row, the others are numbers, a tag comes last."""

    kind: Literal["table"] = "table"
    columns: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]
    is_wide: bool = False
    """Too wide for a mail."""

    @property
    def in_mail(self) -> bool:
        """Whether the mail has room for it."""
        return not self.is_wide


class Notes(_Block):
    """Sentences, one below the other."""

    kind: Literal["notes"] = "notes"
    sentences: tuple[Text, ...]


Block = Annotated[Charts | Decisions | Steps | Outcomes | Differences | Table | Notes, Field(discriminator="kind")]


class Section(_Shown):
    """A section of the report: its name is that of its folder in `review/sections/`."""

    name: str
    title: Text
    intro: Text = ""
    blocks: tuple[Block, ...] = ()

    @property
    def mail_blocks(self) -> list[Block]:
        """The blocks that the mail has room for."""
        return [block for block in self.blocks if block.in_mail]

    @property
    def in_mail(self) -> bool:
        """Whether the mail shows it: not where it has room for none of its blocks."""
        return bool(self.mail_blocks) or not self.blocks

    @property
    def mail_title(self) -> str:
        """Its title in the mail: where only outcomes are left of it, theirs."""
        first = self.mail_blocks[0] if self.mail_blocks and len(self.mail_blocks) < len(self.blocks) else None
        return first.title if isinstance(first, Outcomes) else self.title


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
    sections: tuple[Section, ...]
    """In the order in which they are read."""
    footer: Text
    mail_footer: tuple[Text, ...]
    colon: str
    """What the language sets between a label and its text."""
    decide_label: Text
    dashboard_label: Text
    links: Links
    issued_at: datetime

    @model_validator(mode="after")
    def _names_charts(self) -> Self:
        names = [chart.name for chart in self.charts]
        if len(set(names)) < len(names):
            raise ValueError(f"two charts have one name: {', '.join(names)}")
        return self

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """What is to be decided, in the order of the proposals."""
        return tuple(one for section in self.sections for block in section.blocks if block.kind == "decisions" for one in block.decisions)

    @property
    def charts(self) -> tuple[Chart, ...]:
        """All its pictures. Each has a name of its own."""
        return tuple(one for section in self.sections for block in section.blocks if block.kind == "charts" for one in block.charts)
