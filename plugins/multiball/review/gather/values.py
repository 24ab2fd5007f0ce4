"""The metrics of the month and their comparison with the month before, from `dim_metric`, `metric_period` and `metric_comparison`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Literal

from multiball.metrics import Metric
from multiball.review.gather.coverage import Compared, Coverage
from multiball.review.gather.state import State

When = Literal["before", "now"]
TOTAL = ("total", "all")
_GRACE = timedelta(days=6)
"""A metric with its first number up to this late in a month counts as known from the month's start: not everything happens daily."""


@dataclass(frozen=True)
class Cell:
    """The value of a metric for one member of a dimension on the compared days of one month."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


NOTHING = Cell(None, None, None)


@dataclass(frozen=True)
class Values:
    """Numbers of the month, and of both months where they can be compared. Unknown numbers are absent."""

    catalogue: Mapping[str, Metric]
    coverage: Coverage
    month: Mapping[str, Decimal | None]
    """By metric, the total of the month as far as it is known."""
    compared: Mapping[str, Compared]
    """By metric, the compared days."""
    cells: Mapping[tuple[str, str, str, When], Cell]
    """By metric, dimension and member, on the compared days."""
    first_days: Mapping[str, date]
    """By metric, the first day with a number other than 0."""
    incomplete: Collection[str]
    """Metrics without data for some days of the month."""

    def total(self, metric: str, when: When) -> Decimal | None:
        """The total of the metric on the compared days."""
        cell = self.cells.get((metric, *TOTAL, when))
        return cell.value if cell else None

    def members(self, metric: str, dimension: str) -> list[str]:
        """The members of the dimension with a number in either month."""
        return sorted({member for name, at, member, _ in self.cells if (name, at) == (metric, dimension)})

    def first_day(self) -> date | None:
        """The first day of all data."""
        return min(self.first_days.values(), default=None)

    def begins_late(self, state: State) -> bool:
        """Whether the data begin after the start of the month before."""
        first_day = self.first_day()
        return first_day is not None and first_day > state.before.first + _GRACE


def read_values(state: State, coverage: Coverage) -> Values:
    """Every metric that has a number over several days."""
    catalogue = read_catalogue(state)
    first_days = _first_days(state)
    return Values(
        catalogue=catalogue,
        coverage=coverage,
        month=_month(state, catalogue, coverage, first_days),
        compared=_compared(state),
        cells=_cells(state),
        first_days=first_days,
        incomplete={name for name, metric in catalogue.items() if not coverage.is_whole(metric.facts, state.month)},
    )


def _compared(state: State) -> dict[str, Compared]:
    rows = state.rows(
        "select metric, date_day, is_before, is_whole from metric_comparison_day where month = $month order by metric, date_day",
        month=state.month.first,
    )
    return {
        metric: Compared(
            now=tuple(row["date_day"] for row in days if not row["is_before"]),
            before=tuple(row["date_day"] for row in days if row["is_before"]),
            is_whole=days[0]["is_whole"],
        )
        for metric, days in ((metric, list(days)) for metric, days in groupby(rows, itemgetter("metric")))
    }


def _cells(state: State) -> dict[tuple[str, str, str, When], Cell]:
    rows = state.rows(
        """
        select
            metric, dimension, member, value, numerator, denominator, value_before, numerator_before, denominator_before
        from metric_comparison
        where month = $month and days_now > 0
        order by metric, dimension, member
        """,
        month=state.month.first,
    )
    cells: dict[tuple[str, str, str, When], Cell] = {}
    for row in rows:
        for when, suffix in _SIDES.items():
            cell = Cell(*(row[f"{column}{suffix}"] for column in ("value", "numerator", "denominator")))
            if cell != NOTHING:
                cells[row["metric"], row["dimension"], row["member"], when] = cell
    return cells


def _month(state: State, catalogue: Mapping[str, Metric], coverage: Coverage, first_days: Mapping[str, date]) -> dict[str, Decimal | None]:
    """The month's totals of metrics that have begun and whose facts a source reports."""
    rows = state.rows(
        """
        select metric, value
        from metric_period
        where period = 'month' and period_start = $month and dimension = 'total' and member = 'all'
        order by metric
        """,
        month=state.month.first,
    )
    return {
        row["metric"]: row["value"]
        for row in rows
        if row["metric"] in first_days
        and (metric := catalogue[row["metric"]]).adds_up
        and all(coverage.has_covered_day(fact, state.month) for fact in metric.facts)
    }


def read_catalogue(state: State) -> dict[str, Metric]:
    """All metrics of the state by name."""
    rows = state.rows("""
        select
            metric, label, additivity, over_days, format, unit, better, is_vanity, multiplier, mart, value_column, numerator,
            denominator, facts
        from dim_metric
        order by metric
    """)
    return {
        row["metric"]: Metric(
            name=row["metric"],
            label=row["label"],
            additivity=row["additivity"],
            over_days=row["over_days"],
            format=row["format"],
            unit=row["unit"],
            better=row["better"],
            vanity=row["is_vanity"],
            multiplier=row["multiplier"],
            mart=row["mart"],
            column=row["value_column"],
            numerator=row["numerator"],
            denominator=row["denominator"],
            facts=tuple(filter(None, (row["facts"] or "").split(", "))),
        )
        for row in rows
    }


def _first_days(state: State) -> dict[str, date]:
    rows = state.rows(
        """
        select metric, min(date_day) as first_day
        from metric_daily
        where (value <> 0 or numerator <> 0 or denominator <> 0) and date_day <= $last
        group by metric
        order by metric
        """,
        last=state.month.last,
    )
    return {row["metric"]: row["first_day"] for row in rows}


_SIDES: Mapping[When, str] = {"before": "_before", "now": ""}
"""How the columns of each month end in the mart."""
