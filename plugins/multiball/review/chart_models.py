"""The charts of a report, with every label as text."""

from __future__ import annotations

from datetime import date
from typing import Literal

from multiball.review.shown import Shown, Text, Tone


class Tick(Shown):
    """A mark of an axis."""

    at: float
    label: Text


class LinePoint(Shown):
    """A day of a line chart."""

    day: date
    actual: float | None
    planned: float | None


class DayTick(Shown):
    """A mark of a time axis."""

    day: date
    label: Text


class LineChart(Shown):
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


class IntervalRow(Shown):
    """A row of an interval chart."""

    label: Text
    value: float
    low: float
    high: float
    text: Text
    tone: Tone


class IntervalChart(Shown):
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
