"""Draws the charts of a report: as SVG for the PDF, as PNG for mail. Axes are drawn from ready labels, as no chart library writes 万."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Literal

from multiball.review import fonts
from multiball.review.chart_models import Chart, IntervalChart, LineChart
from multiball.review.shown import Tone

BLUE, ORANGE, GREEN, GREY, INK, RULE = "#0b62a8", "#c8500a", "#0f7f6c", "#5b6778", "#17202e", "#d9e0e8"
_TONES: dict[Tone, tuple[str, str]] = {"good": (GREEN, "triangle-up"), "bad": (ORANGE, "triangle-down"), "neutral": (GREY, "circle")}
_HEIGHT_TO_WIDTH = 0.42


@dataclass(frozen=True)
class Size:
    """Width and font size of a picture, in its own units."""

    width: float
    font_size: float


def svg(chart: Chart, size: Size) -> str:
    """The chart as SVG, with text kept as text."""
    import vl_convert

    _register_fonts()
    return str(vl_convert.vegalite_to_svg(_specification(chart, size)))


def png(chart: Chart, size: Size) -> bytes:
    """The chart as an opaque PNG at twice its size."""
    import vl_convert

    _register_fonts()
    return bytes(vl_convert.vegalite_to_png(_specification(chart, size), scale=2))


@cache
def _register_fonts() -> None:
    import vl_convert

    vl_convert.register_font_directory(str(fonts.directory()))


def _specification(chart: Chart, size: Size) -> str:
    drawing = _lines(chart, size) if isinstance(chart, LineChart) else _intervals(chart, size)
    specification: str = drawing.configure(font=fonts.FAMILY, background="white", autosize="none").configure_view(stroke=None).to_json()
    return json.dumps(fonts.each_text(json.loads(specification), fonts.drawable), sort_keys=True)


def _lines(chart: LineChart, size: Size) -> Any:
    import altair as alt

    font_size, left = size.font_size, max(_width(tick.label, size.font_size) for tick in chart.ticks) + size.font_size
    right = max(_width(chart.actual_label, font_size), _width(chart.planned_label, font_size)) + font_size * 1.6
    width, height = size.width - left - right, size.width * _HEIGHT_TO_WIDTH
    y = alt.Y("at:Q", scale=alt.Scale(domain=[chart.ticks[0].at, chart.ticks[-1].at]), axis=None)
    first, last = chart.points[0].day, chart.points[-1].day
    x = alt.X("day:T", scale=alt.Scale(domain=[_day(first), _day(last)], type="utc"), axis=None)
    marks = _values({"at": tick.at, "label": tick.label} for tick in chart.ticks)
    days = _values({"day": _day(tick.day), "label": tick.label} for tick in chart.days)
    actual = [(_day(point.day), point.actual) for point in chart.points if point.actual is not None]
    planned = [(_day(point.day), point.planned) for point in chart.points if point.planned is not None]
    ahead = (actual[-1][1] - planned[-1][1]) * height / (chart.ticks[-1].at - chart.ticks[0].at) if actual and planned else height
    # Shift the two end labels apart so that they do not overlap.
    push = max(0.0, font_size * 1.3 - abs(ahead)) / 2 * (1 if ahead >= 0 else -1)
    layers = [
        alt.Chart(marks).mark_rule(color=RULE, strokeWidth=1).encode(y=y),
        _text(marks, font_size, align="right", dx=-font_size * 0.6, x=0).encode(y=y, text="label:N"),
        _text(days, font_size, baseline="top", dy=font_size * 0.6, y=height).encode(x=x, text="label:N"),
    ]
    for series, colour, dash, label, shift in (
        (planned, GREY, [4, 3], chart.planned_label, push),
        (actual, BLUE, [1, 0], chart.actual_label, -push),
    ):
        values = [{"day": day, "at": at} for day, at in series]
        stroke = font_size * (0.19 if colour == BLUE else 0.13)
        layers.append(alt.Chart(_values(values)).mark_line(color=colour, strokeDash=dash, strokeWidth=stroke).encode(x=x, y=y))
        end = _values(values[-1:])
        if colour == BLUE:
            layers.append(alt.Chart(end).mark_point(filled=True, color=colour, size=font_size * 4, opacity=1).encode(x=x, y=y))
        text = _text(end, font_size, align="left", dx=font_size * 0.8, dy=shift, color=colour, weight="bold")
        layers.append(text.encode(x=x, y=y, text=alt.value(label)))
    padding = {"left": left, "right": right, "top": font_size, "bottom": font_size * 1.9}
    return alt.layer(*layers).properties(width=width, height=height, padding=padding)


def _intervals(chart: IntervalChart, size: Size) -> Any:
    import altair as alt

    font_size = size.font_size
    left = max(_width(row.label, font_size) for row in chart.rows) + font_size
    right = max(_width(row.text, font_size) for row in chart.rows) * 1.08 + font_size * 1.5
    width = size.width - left - right
    height = max(len(chart.rows) * font_size * 2.2, size.width * _HEIGHT_TO_WIDTH - font_size * 0.8)
    step = height / len(chart.rows)
    x = alt.X("at:Q", scale=alt.Scale(domain=[chart.ticks[0].at, chart.ticks[-1].at]), axis=None)
    marks = _values({"at": tick.at, "label": tick.label} for tick in chart.ticks)
    line = _values([{"at": chart.line_at}])
    layers = [
        alt.Chart(marks).mark_rule(color=RULE, strokeWidth=1).encode(x=x),
        _text(marks, font_size, baseline="top", dy=font_size * 0.6, y=height).encode(x=x, text="label:N"),
        alt.Chart(line).mark_rule(color=INK, strokeWidth=font_size * 0.13).encode(x=x),
        _text(line, font_size * 0.92, dy=-font_size * 0.8, y=0).encode(x=x, text=alt.value(chart.line_label)),
    ]
    for index, row in enumerate(chart.rows):
        colour, shape = _TONES[row.tone]
        middle = (index + 0.5) * step
        interval = alt.Chart(_values([{"at": row.low, "to": row.high}]))
        estimate = _values([{"at": row.value}])
        layers += [
            interval.mark_rule(color=colour, strokeWidth=font_size * 0.62, opacity=0.28, y=middle).encode(x=x, x2="to:Q"),
            alt.Chart(estimate).mark_point(filled=True, color=colour, shape=shape, size=font_size * 8, opacity=1, y=middle).encode(x=x),
            _text(_values([{}]), font_size, align="right", x=-font_size * 0.7, y=middle, color=INK).encode(text=alt.value(row.label)),
            _text(_values([{}]), font_size, align="right", x=width + right - font_size * 0.5, y=middle, color=colour, weight="bold").encode(
                text=alt.value(row.text)
            ),
        ]
    padding = {"left": left, "right": right, "top": font_size * 1.8, "bottom": font_size * 1.9}
    return alt.layer(*layers).properties(width=width, height=height, padding=padding)


def _text(data: Any, font_size: float, *, color: str = GREY, weight: Literal["normal", "bold"] = "normal", **marks: Any) -> Any:
    import altair as alt

    return alt.Chart(data).mark_text(fontSize=font_size, fontWeight=weight, color=color, baseline=marks.pop("baseline", "middle"), **marks)


def _values(rows: Iterable[dict[str, Any]]) -> Any:
    import altair as alt

    return alt.InlineData(values=list(rows))


def _day(day: date) -> str:
    return f"{day.isoformat()}T00:00:00Z"


def _width(text: str, font_size: float) -> float:
    """The approximate width of the drawn text."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WF" else 0.56 for character in text) * font_size
