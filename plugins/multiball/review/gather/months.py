"""Which months can be reviewed, and how far their data reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from multiball.review.gather.reaches import Reach
from multiball.review.gather.state import Span, State
from multiball.shapes import InputError


def read_data_until(state: State, today: date) -> date:
    """The month's last day with data; InputError where the month has none, or is not over `today`."""
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
        raise _no_review(f"the data has nothing of {state.month.first:%Y-%m}", found["first_day"], found["last_day"], today)
    until: date = found["until"]
    return until


def data_ends(state: State, reaches: Sequence[Reach], until: date) -> tuple[date, date | None]:
    """The last day up to which all sources reach, and the last that one reaches where that is later; `until` where no source says."""
    ends = [min(reach.until, state.month.last) for reach in reaches if reach.until and reach.is_expected(state)]
    first, last = min(ends, default=until), max(ends, default=until)
    return first, last if last > first else None


def _no_review(what: str, first_day: date | None, last_day: date | None, today: date) -> InputError:
    last_over = Span.month(today).before()
    if first_day is None or last_day is None:
        remedy = (
            "No month can be reviewed yet: nothing that is published has a number for a day, as lifetime numbers of posts have none. "
            "Load a source that has days, and publish with multiball run warehouse."
        )
    elif first_day > last_over.last:
        remedy = f"No month can be reviewed yet: the data begin on {first_day}, and that month is not over."
    else:
        first, last = Span.month(first_day), min(Span.month(last_day), last_over, key=lambda span: span.last)
        remedy = f"Months with data: {first.first:%Y-%m} to {last.first:%Y-%m}." if first != last else f"Give {first.first:%Y-%m}."
    return InputError(what, where="--month", remedy=remedy)
