"""The two charts: the first goal against its plan, and the return of each campaign."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from multiball.metrics import Format
from multiball.review.blocks import Charts, Section
from multiball.review.chart_models import Chart, DayTick, IntervalChart, IntervalRow, LineChart, LinePoint, Tick
from multiball.review.numbers import Numbers
from multiball.review.sections import FIRST
from multiball.review.sections.goals.facts import Goals
from multiball.review.sections.returns.words import known
from multiball.review.vocabulary import Vocabulary

PLACE = FIRST
MOST_ROWS = 8
_WEEKLY_LABELS_UP_TO = 6


def words(vocabulary: Vocabulary) -> Section | None:
    """The charts that have data; None where neither has."""
    lines, intervals = _lines(vocabulary), _intervals(vocabulary)
    drawn: list[Chart] = [chart for chart in (lines, intervals) if chart]
    charts = tuple(chart.model_copy(update={"name": f"chart-{number}"}) for number, chart in enumerate(drawn))
    missing = [key for key, chart in (("charts.no_goal", lines), ("charts.no_returns", intervals)) if not chart]
    intro = vocabulary.sentences([vocabulary.say(key) for key in missing])
    title = vocabulary.say("charts.title")
    return Section(name="charts", title=title, intro=intro, blocks=(Charts(charts=charts),)) if charts else None


def _lines(vocabulary: Vocabulary) -> LineChart | None:
    goal = next((goal for goal in vocabulary.review.of(Goals).goals if sum(point.actual is not None for point in goal.weeks) > 1), None)
    if goal is None:
        return None
    label, last = vocabulary.label(goal.metric, goal.member_name), next(point for point in reversed(goal.weeks) if point.actual is not None)
    values = [value for point in goal.weeks for value in (point.actual, point.planned) if value is not None]
    return LineChart(
        name="goal",
        title=vocabulary.say("lines.title", label=label),
        caption=vocabulary.say("lines.caption", start=vocabulary.day(goal.start)),
        alt=vocabulary.say(
            "lines.alt",
            label=label,
            day=vocabulary.day(last.day),
            actual=vocabulary.amount(last.actual, goal.metric),
            planned=vocabulary.amount(last.planned, goal.metric),
        ),
        actual_label=vocabulary.say("lines.actual", value=vocabulary.amount(last.actual, goal.metric)),
        planned_label=vocabulary.say("lines.planned", value=vocabulary.amount(last.planned, goal.metric)),
        points=tuple(LinePoint(day=point.day, actual=_float(point.actual), planned=_float(point.planned)) for point in goal.weeks),
        days=_days(vocabulary.numbers, [point.day for point in goal.weeks]),
        ticks=_ticks(vocabulary.numbers, min(values), max(values), goal.metric.format, 5),
    )


def _intervals(vocabulary: Vocabulary) -> IntervalChart | None:
    everyone = known(vocabulary)
    by_spend = sorted(everyone, key=lambda each: (-each.spend, each.name))
    shown = [each for each in everyone if each in by_spend[:MOST_ROWS]]
    if not shown:
        return None
    say, one = vocabulary.say, vocabulary.one()
    best, worst = everyone[0], everyone[-1]
    # The wide interval of a campaign with very few orders would compress all others.
    edge = min(max(each.high for each in shown), Decimal(3) * max(Decimal(1), *(each.value for each in shown)))
    captions = [say("intervals.caption")]
    if any(each.high > edge for each in shown):
        captions.append(say("intervals.clipped"))
    if len(shown) < len(everyone):
        others = sum((each.spend for each in by_spend[MOST_ROWS:]), Decimal(0))
        captions.append(say("intervals.part", shown=len(shown), all=len(everyone), spend=vocabulary.money(others)))
    return IntervalChart(
        name="returns",
        title=say("intervals.title", one=one),
        caption=vocabulary.sentences(captions),
        alt=say(
            "intervals.alt" if len(everyone) > 1 else "intervals.alt_one",
            best=best.name,
            worst=worst.name,
            best_value=vocabulary.money(best.value),
            worst_value=vocabulary.money(worst.value),
            one=one,
            all=len(everyone),
            profitable=sum(each.tone == "good" for each in everyone),
            losing=sum(each.tone == "bad" for each in everyone),
        ),
        rows=tuple(
            IntervalRow(
                label=each.name,
                value=float(each.value),
                low=float(each.low),
                high=float(min(each.high, edge)),
                text=vocabulary.money(each.value),
                tone=each.tone,
            )
            for each in shown
        ),
        line_at=1,
        line_label=say("intervals.line"),
        ticks=_ticks(vocabulary.numbers, min(Decimal(0), *(each.low for each in shown)), max(edge, Decimal("1.2")), "decimal", 3),
    )


def _ticks(numbers: Numbers, low: Decimal, high: Decimal, kind: Format, about: int) -> tuple[Tick, ...]:
    """About so many round numbers that enclose the span."""
    span = high - low or abs(high) or Decimal(1)
    power = Decimal(1).scaleb((span / about).adjusted())
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= span / about)
    first = math.floor(low / step)
    last = max(math.ceil(high / step), first + 1)
    marks = [step * index for index in range(first, last + 1)]
    return tuple(Tick(at=float(mark), label=numbers.split(mark, kind)[0]) for mark in marks)


def _days(numbers: Numbers, days: Sequence[date]) -> tuple[DayTick, ...]:
    """The first day of each month on the axis, or every day of a short series."""
    if len(days) <= _WEEKLY_LABELS_UP_TO:
        return tuple(DayTick(day=day, label=numbers.day(day)) for day in days)
    months = sorted({day.replace(day=1) for day in days} - {days[0].replace(day=1)})
    if days[0].day <= 7:
        months = [days[0], *months]
    every = math.ceil(len(months) / 7)
    return tuple(DayTick(day=day, label=numbers.short_month(day)) for day in months[::every])


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
