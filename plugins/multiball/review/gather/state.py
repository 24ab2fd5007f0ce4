"""One state of the warehouse, and the two months that a review compares."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from multiball.shapes import InputError
from multiball.sql import Value
from multiball.warehouse import Target, Warehouse, as_utc

_IS_MISSING = re.compile(r"has no column|there is no (column|table)")


@dataclass(frozen=True)
class Span:
    """Days from first to last, both included."""

    first: date
    last: date

    @classmethod
    def month(cls, day: date) -> Span:
        """The calendar month of the day."""
        return cls(day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1]))

    def days(self) -> tuple[date, ...]:
        """Every day, in order."""
        return tuple(self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))

    def before(self) -> Span:
        """The calendar month before the first day."""
        return Span.month(self.first - timedelta(days=1))

    @property
    def sql(self) -> str:
        """The SQL condition that `date_day` is within the span."""
        return f"date_day between date '{self.first}' and date '{self.last}'"


@dataclass(frozen=True)
class State:
    """The marts of one build, the month of the review and the one before it."""

    warehouse: Warehouse
    target: Target | None
    month: Span

    @property
    def before(self) -> Span:
        """The month that the review compares with."""
        return self.month.before()

    def rows(self, sql: str, **values: Value) -> list[dict[str, Any]]:
        """The rows of one SELECT over the marts, with values bound to `$name`; InputError where the marts are of another release."""
        try:
            answer: list[dict[str, Any]] = self.warehouse.query(sql, self.target, values=values).to_pylist()
        except InputError as error:
            if not _IS_MISSING.search(error.what):
                raise
            what = f"the marts are of another release: {error.what}"
            raise InputError(what, where="warehouse", remedy="Run multiball run warehouse, then make the review again.") from error
        return answer


def local_day(moment: datetime, time_zone: str) -> date:
    """The calendar day of the moment in the time zone."""
    return as_utc(moment).replace(tzinfo=UTC).astimezone(ZoneInfo(time_zone)).date()
