"""The metrics of the month and of the month before, from the marts `dim_metric` and `metric_daily`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from multiball.review.facts import Metric
from multiball.review.gather.exact import ratio, total
from multiball.review.gather.sources import Coverage
from multiball.review.gather.state import State

When = Literal["before", "now"]
TOTAL = ("total", "all")
_GRACE = timedelta(days=6)
"""A metric whose first number comes this late in a month still counts as there from the month's start: not everything happens daily."""


@dataclass(frozen=True)
class Entry:
    """A metric with what its numbers are made of."""

    metric: Metric
    multiplier: int
    is_vanity: bool
    columns: frozenset[str]
    """The columns of its mart that go into it."""
    numerator: str | None
    denominator: str | None


@dataclass(frozen=True)
class Cell:
    """What one member of a dimension brought to a metric in one month."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


@dataclass(frozen=True)
class Values:
    """Numbers by metric, dimension and member, of both months; what is unknown of a month has none."""

    catalogue: Mapping[str, Entry]
    cells: Mapping[tuple[str, str, str, When], Cell]
    first_days: Mapping[str, date]
    """By metric, the first day that has a number other than 0."""
    incomplete: Collection[str]
    """Metrics of which days of the month are missing, because a source ends before them."""

    def of(self, metric: str, when: When) -> Decimal | None:
        """The metric over everything in that month."""
        cell = self.cells.get((metric, *TOTAL, when))
        return cell.value if cell else None

    def members(self, metric: str, dimension: str) -> list[str]:
        """The members that the dimension has of the metric in either month."""
        return sorted({member for name, at, member, _ in self.cells if (name, at) == (metric, dimension)})

    def first_day(self) -> date | None:
        """The first day of all data."""
        return min(self.first_days.values(), default=None)

    def begins_late(self, state: State) -> bool:
        """Whether the month before lies before all data, or partly."""
        first_day = self.first_day()
        return first_day is not None and first_day > state.before.first + _GRACE


def read_values(state: State, coverage: Coverage) -> Values:
    """Both months of every metric that adds up, is a ratio of sums or has a last value. What counts different people is never added up."""
    catalogue = read_catalogue(state)
    first_days = _first_days(state)
    incomplete = {name for name, entry in catalogue.items() if coverage.is_incomplete(state.month, entry.columns)}
    cells: dict[tuple[str, str, str, When], Cell] = {}
    for row in [*state.rows(_sums(state)), *state.rows(_levels(state))]:
        name, when = row["metric"], row["period"]
        first_day, columns = first_days.get(name, date.max), catalogue[name].columns
        # a part of a month is worth telling, but not worth comparing
        if when == "now":
            is_told = first_day <= state.month.last and not coverage.is_unknown(state.month, columns)
        else:
            is_whole = first_day <= state.before.first + _GRACE and not coverage.is_incomplete(state.before, columns)
            is_told = is_whole and name not in incomplete
        if is_told:
            cells[name, row["dimension"], row["member"], when] = _cell(catalogue[name], row)
    return Values(catalogue, cells | _levels_in_total(catalogue, cells), first_days, incomplete)


def read_catalogue(state: State) -> dict[str, Entry]:
    """All metrics by name."""
    rows = state.rows("""
        select
            metric, label_en, label_zh, additivity, format, unit, better, is_vanity, multiplier, mart, value_column, numerator, denominator
        from dim_metric
        order by metric
    """)
    return {
        row["metric"]: Entry(
            Metric(
                name=row["metric"],
                label={"en": row["label_en"], "zh": row["label_zh"]},
                additivity=row["additivity"],
                format=row["format"],
                unit=row["unit"],
                better=row["better"],
            ),
            int(row["multiplier"]),
            row["is_vanity"],
            frozenset(f"{row['mart']}.{column}" for column in (row["value_column"], row["numerator"], row["denominator"]) if column),
            row["numerator"],
            row["denominator"],
        )
        for row in rows
    }


def _first_days(state: State) -> dict[str, date]:
    rows = state.rows(f"""
        select metric, min(date_day) as first_day
        from metric_daily
        where (value <> 0 or numerator <> 0 or denominator <> 0) and date_day <= date '{state.month.last}'
        group by metric
        order by metric
    """)
    return {row["metric"]: row["first_day"] for row in rows}


def _sums(state: State) -> str:
    return f"""
        select
            metric,
            dimension,
            member,
            case when {state.month.sql} then 'now' else 'before' end as period,
            cast(sum(case when additivity = 'sum' then value end) as decimal(38, 6)) as value,
            cast(sum(numerator) as decimal(38, 6)) as numerator,
            cast(sum(denominator) as decimal(38, 6)) as denominator
        from metric_daily
        where additivity in ('sum', 'ratio') and ({state.month.sql} or {state.before.sql})
        group by 1, 2, 3, 4
        order by 1, 2, 3, 4
    """


def _levels(state: State) -> str:
    return f"""
        select
            metric,
            dimension,
            member,
            period,
            value,
            cast(null as decimal(38, 6)) as numerator,
            cast(null as decimal(38, 6)) as denominator
        from (
            select
                metric,
                dimension,
                member,
                value,
                case when {state.month.sql} then 'now' else 'before' end as period,
                row_number() over (
                    partition by metric, dimension, member, case when {state.month.sql} then 1 else 0 end order by date_day desc
                ) as place
            from metric_daily
            where additivity = 'last' and dimension = 'account' and value is not null and ({state.month.sql} or {state.before.sql})
        ) as ranked
        where place = 1
        order by metric, dimension, member, period
    """


def _cell(entry: Entry, row: Mapping[str, Decimal | None]) -> Cell:
    numerator, denominator = row["numerator"], row["denominator"]
    is_ratio = entry.metric.additivity == "ratio"
    value = ratio(numerator, denominator, entry.multiplier) if is_ratio else row["value"]
    return Cell(value, numerator, denominator)


def _levels_in_total(
    catalogue: Mapping[str, Entry], cells: Mapping[tuple[str, str, str, When], Cell]
) -> dict[tuple[str, str, str, When], Cell]:
    """The sum of the accounts' last values, where both months know the same accounts: one that is missing is no loss of followers."""
    totals: dict[tuple[str, str, str, When], Cell] = {}
    for name, entry in catalogue.items():
        if entry.metric.additivity == "last":
            known = {when: {key[2]: cell.value for key, cell in cells.items() if (key[0], key[3]) == (name, when)} for when in _BOTH}
            for when in _BOTH:
                if known["now"] and (when == "now" or known["now"].keys() == known["before"].keys()):
                    totals[name, *TOTAL, when] = Cell(total(known[when].values()), None, None)
    return totals


_BOTH: tuple[When, When] = ("before", "now")
