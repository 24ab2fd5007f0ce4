"""A review as one audience reads it: every number is formatted, every chart labelled. Mail and PDF only render it."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import model_validator

from multiball.review.blocks import Decision, Section
from multiball.review.chart_models import Chart
from multiball.review.facts import Links
from multiball.review.shown import Shown, Text, Tone


class Card(Shown):
    """One of the figures at the top. `change` is relative to the plan or the month before, as `note` says."""

    label: Text
    number: Text
    unit: Text
    change: Text
    tone: Tone
    note: Text


class Report(Shown):
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
