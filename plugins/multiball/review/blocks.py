"""The sections of a report and the blocks that they consist of."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from multiball.review.chart_models import Chart
from multiball.review.shown import Shown, Text, Tone


class Fact(Shown):
    """A label and its text; `line` is both."""

    label: Text
    text: Text
    line: Text


class Tag(Shown):
    """An assessment: a shape and a word, so that it does not depend on the colour of its tone."""

    shape: Text
    word: Text
    tone: Tone


class Decision(Shown):
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


class Step(Shown):
    """One step of plan, do, check, act."""

    title: Text
    lines: tuple[Text, ...]


class Outcome(Shown):
    """An earlier decision and its result."""

    title: Text
    lines: tuple[Text, ...]
    tag: Tag


class Bar(Shown):
    """A part of a difference; `share` is the length of its bar, from -1 to 1."""

    label: Text
    text: Text
    share: float
    tone: Tone


class Bars(Shown):
    """A difference and its parts, which add up to it as shown."""

    title: Text
    bars: tuple[Bar, ...]
    total: Bar


class Cell(Shown):
    """A cell of a table, with a note in small print."""

    text: Text
    note: Text = ""
    tag: Tag | None = None


class _Block(Shown):
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


class Section(Shown):
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
