"""Which months can be reviewed, and up to which day they have data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from multiball.review.gather.data_ranges import DataRange
from multiball.review.gather.state import Span, State
from multiball.shapes import InputError


def read_data_until(state: State, today: date) -> date:
    """The month's last day with data; InputError where it has none, or is not over on the day `today`."""
    [found] = state.rows(f"""
        select
            min(date_day) as first_day,
            max(date_day) as last_day,
            max(case when {state.month.sql} then date_day end) as until
        from metric_daily
        where value is not null and date_day < date '{today}'
    """)
    if state.month.last >= today:
        raise _no_review(f"{state.month.first:%Y-%m} is not over yet", found["first_day"], found["last_day"], today)
    if found["until"] is None:
        raise _no_review(f"there is no data for {state.month.first:%Y-%m}", found["first_day"], found["last_day"], today)
    until: date = found["until"]
    return until


def data_ends(state: State, ranges: Sequence[DataRange], until: date) -> tuple[date, date | None]:
    """The last day with data from all sources, and from any where that is later; `until` where no source has one."""
    ends = [min(each.until, state.month.last) for each in ranges if each.until and each.is_expected(state)]
    first, last = min(ends, default=until), max(ends, default=until)
    return first, last if last > first else None


def _no_review(what: str, first_day: date | None, last_day: date | None, today: date) -> InputError:
    last_over = Span.month(today).before()
    if first_day is None or last_day is None:
        remedy = (
            "No month can be reviewed yet: no published metric has daily values (lifetime numbers of posts have none). "
            "Load a source with daily values, and publish with multiball run warehouse."
        )
    elif first_day > last_over.last:
        remedy = f"No month can be reviewed yet: the data begin on {first_day}, in a month that is not over."
    else:
        first, last = Span.month(first_day), min(Span.month(last_day), last_over, key=lambda span: span.last)
        remedy = f"Months with data: {first.first:%Y-%m} to {last.first:%Y-%m}." if first != last else f"Give {first.first:%Y-%m}."
    return InputError(what, where="--month", remedy=remedy)
