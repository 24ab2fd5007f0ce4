"""On which days all sources of a metric are known, from the mart `metric_coverage`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from multiball.review.facts import Days
from multiball.review.gather.state import Span, State

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Compared:
    """The days of the month and of the month before on which a metric is compared, from the mart `metric_comparison_day`."""

    now: tuple[date, ...]
    before: tuple[date, ...]
    is_whole: bool


@dataclass(frozen=True)
class Coverage:
    """By fact and day, whether each account is covered. Days without an expected source are absent."""

    accounts: Mapping[str, Mapping[date, Mapping[str, bool]]]

    def known(self, facts: Collection[str], span: Span) -> list[date]:
        """The days of the span on which all the facts are known."""
        return [day for day in span.days() if all(self._is_known(fact, day) for fact in facts)]

    def is_whole(self, facts: Collection[str], span: Span) -> bool:
        """Whether all the facts are known on every day of the span."""
        return len(self.known(facts, span)) == len(span.days())

    def is_expected(self, fact: str, span: Span) -> bool:
        """Whether any source is expected to report the fact within the span."""
        return any(day in self.accounts.get(fact, {}) for day in span.days())

    def has_covered_day(self, fact: str, span: Span) -> bool:
        """Whether any source covers a day of the span, so that 0 is a valid number."""
        days = self.accounts.get(fact, {})
        return any(any(days.get(day, {}).values()) for day in span.days())

    def _is_known(self, fact: str, day: date) -> bool:
        accounts = self.accounts.get(fact, {}).get(day, {})
        return bool(accounts) and all(accounts.values())


def read_coverage(state: State) -> Coverage:
    """The coverage of the month and of the three months before it."""
    earliest = state.before.before().before().first
    rows = state.rows(f"""
        select fact, date_day, account_id, min(case when is_covered then 1 else 0 end) as is_covered
        from metric_coverage
        where date_day between date '{earliest}' and date '{state.month.last}'
        group by fact, date_day, account_id
        order by fact, date_day, account_id
    """)
    found: dict[str, dict[date, dict[str, bool]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        found[row["fact"]][row["date_day"]][row["account_id"]] = bool(row["is_covered"])
    return Coverage(found)


def runs(days: Sequence[date]) -> tuple[Days, ...]:
    """The days as runs of consecutive days, in order."""
    found: list[Days] = []
    for day in sorted(days):
        if found and day - found[-1].last == _DAY:
            found[-1] = Days(first=found[-1].first, last=day)
        else:
            found.append(Days(first=day, last=day))
    return tuple(found)
