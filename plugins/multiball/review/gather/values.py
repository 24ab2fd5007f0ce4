"""The metrics of the month, and beside the month before, from the marts `dim_metric` and `metric_daily`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from multiball.review.facts import Metric
from multiball.review.gather.coverage import Compared, Coverage, runs
from multiball.review.gather.exact import ratio, total
from multiball.review.gather.state import Span, State

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
    facts: tuple[str, ...]
    """What must be covered for it to be known."""
    adds_up: bool
    """Whether it has a number over several days."""


@dataclass(frozen=True)
class Cell:
    """What one member of a dimension brought to a metric on the compared days of one month."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


@dataclass(frozen=True)
class Values:
    """Numbers of the month, and of both months as far as they can be compared; what is unknown has none."""

    catalogue: Mapping[str, Entry]
    coverage: Coverage
    month: Mapping[str, Decimal | None]
    """By metric, what there is of the month over everything."""
    compared: Mapping[str, Compared]
    """By metric, the days that it is compared on."""
    cells: Mapping[tuple[str, str, str, When], Cell]
    """By metric, dimension and member, on the compared days."""
    first_days: Mapping[str, date]
    """By metric, the first day that has a number other than 0."""
    incomplete: Collection[str]
    """Metrics without data for some days of the month."""

    def of(self, metric: str, when: When) -> Decimal | None:
        """The metric over everything on the compared days."""
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
    """Every metric that has a number over several days: sums, ratios of sums, and levels by their last value."""
    catalogue = read_catalogue(state)
    first_days = _first_days(state)
    compared = {
        name: days
        for name, first_day in first_days.items()
        if catalogue[name].adds_up and (days := _compared(catalogue[name], state, coverage, first_day)) is not None
    }
    cells: dict[tuple[str, str, str, When], Cell] = {}
    for days in sorted(set(compared.values()), key=lambda days: (days.is_whole, days.now)):
        names = [name for name in sorted(compared) if compared[name] == days]
        for when, on in zip(_BOTH, (days.before, days.now), strict=True):
            for row in _rows(state, names, on):
                cells[row["metric"], row["dimension"], row["member"], when] = _cell(catalogue[row["metric"]], row)
    return Values(
        catalogue=catalogue,
        coverage=coverage,
        month=_month(state, catalogue, coverage, first_days),
        compared=compared,
        cells=cells | _levels_in_total(catalogue, cells),
        first_days=first_days,
        incomplete={name for name, entry in catalogue.items() if not coverage.is_whole(entry.facts, state.month)},
    )


def _compared(entry: Entry, state: State, coverage: Coverage, first_day: date) -> Compared | None:
    return coverage.compared(entry.facts, state, date.min if first_day <= state.before.first + _GRACE else first_day)


def _month(state: State, catalogue: Mapping[str, Entry], coverage: Coverage, first_days: Mapping[str, date]) -> dict[str, Decimal | None]:
    """All that there is of the month; of a metric that has begun and whose facts a source brings."""
    brought = [name for name in first_days if all(coverage.is_brought(fact, state.month) for fact in catalogue[name].facts)]
    names = sorted(name for name in brought if catalogue[name].adds_up)
    rows = _rows(state, names, state.month.days())
    cells = {(row["metric"], row["dimension"], row["member"]): _cell(catalogue[row["metric"]], row).value for row in rows}
    found = {name: value for (name, *member), value in cells.items() if tuple(member) == TOTAL}
    for name in names:
        if catalogue[name].metric.additivity == "last":
            found[name] = total(value for (other, _, _), value in cells.items() if other == name)
    return found


def read_catalogue(state: State) -> dict[str, Entry]:
    """All metrics by name."""
    rows = state.rows("""
        select
            metric, label, additivity, over_days, format, unit, better, is_vanity, multiplier, mart, value_column, numerator,
            denominator, facts
        from dim_metric
        order by metric
    """)
    return {
        row["metric"]: Entry(
            Metric(
                name=row["metric"],
                label=row["label"],
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
            tuple(filter(None, (row["facts"] or "").split(", "))),
            row["over_days"] != "none",
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


def _rows(state: State, names: Sequence[str], days: Sequence[date]) -> list[dict[str, Any]]:
    """What the metrics came to on the days, by dimension and member: sums added up, of levels each account's last."""
    if not names or not days:
        return []
    metrics = ", ".join(f"'{name}'" for name in names)
    chosen = f"metric in ({metrics}) and (" + " or ".join(Span(run.first, run.last).sql for run in runs(days)) + ")"
    return [*state.rows(_sums(chosen)), *state.rows(_levels(chosen))]


def _sums(chosen: str) -> str:
    return f"""
        select
            metric,
            dimension,
            member,
            cast(sum(case when additivity = 'sum' then value end) as decimal(38, 6)) as value,
            cast(sum(numerator) as decimal(38, 6)) as numerator,
            cast(sum(denominator) as decimal(38, 6)) as denominator
        from metric_daily
        where additivity in ('sum', 'ratio') and {chosen}
        group by 1, 2, 3
        order by 1, 2, 3
    """


def _levels(chosen: str) -> str:
    return f"""
        select
            metric,
            dimension,
            member,
            value,
            cast(null as decimal(38, 6)) as numerator,
            cast(null as decimal(38, 6)) as denominator
        from (
            select
                metric,
                dimension,
                member,
                value,
                row_number() over (partition by metric, dimension, member order by date_day desc) as place
            from metric_daily
            where additivity = 'last' and dimension = 'account' and value is not null and {chosen}
        ) as ranked
        where place = 1
        order by metric, dimension, member
    """


def _cell(entry: Entry, row: Mapping[str, Decimal | None]) -> Cell:
    numerator, denominator = row["numerator"], row["denominator"]
    is_ratio = entry.metric.additivity == "ratio"
    value = ratio(numerator, denominator, entry.multiplier) if is_ratio else row["value"]
    return Cell(value, numerator, denominator)


def _levels_in_total(
    catalogue: Mapping[str, Entry], cells: Mapping[tuple[str, str, str, When], Cell]
) -> dict[tuple[str, str, str, When], Cell]:
    """The sum of the accounts' last values, where both months know the same accounts: one that is missing is not a loss of followers."""
    totals: dict[tuple[str, str, str, When], Cell] = {}
    for name, entry in catalogue.items():
        if entry.metric.additivity == "last":
            known = {when: {key[2]: cell.value for key, cell in cells.items() if (key[0], key[3]) == (name, when)} for when in _BOTH}
            for when in _BOTH:
                if known["now"] and (when == "now" or known["now"].keys() == known["before"].keys()):
                    totals[name, *TOTAL, when] = Cell(total(known[when].values()), None, None)
    return totals


_BOTH: tuple[When, When] = ("before", "now")
