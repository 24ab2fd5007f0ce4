"""The days with data of each source, from the marts `metric_coverage` and `source_freshness`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from multiball.review.facts import Days
from multiball.review.gather.coverage import runs
from multiball.review.gather.state import State, local_day


@dataclass(frozen=True)
class DataRange:
    """The days with data of one account of a source: for one fact, or for all of its facts where they are covered alike."""

    source: str
    name: str
    """The source, with the account where there are several."""
    fact: str | None
    is_import: bool
    since: date | None
    """The first covered day; None where it is unknown."""
    until: date | None
    """The last complete day when it was loaded; None where the load had no days."""
    gaps: tuple[Days, ...]
    """Days of the month between the two that were never loaded."""
    last_loaded: datetime
    due: datetime | None
    is_late: bool

    def is_expected(self, state: State) -> bool:
        """Whether data is expected for the month: from an import only if it covered a day of the month before or later."""
        return self.until is not None and (not self.is_import or self.until >= state.before.first)

    def ends_early(self, state: State) -> bool:
        """Whether data is expected, and ends before the month."""
        return self.until is not None and self.until < state.month.last and self.is_expected(state)


def read_data_ranges(state: State, time_zone: str) -> list[DataRange]:
    """The ranges of all sources that ever loaded, by source, account and fact."""
    rows = state.rows("""
        select
            source_name,
            account_id,
            max(connector) as connector,
            min(last_report_date) as last_report_date,
            min(last_extracted_at) as first_of_last,
            max(last_extracted_at) as last_extracted_at,
            min(expected_by) as expected_by,
            max(case when is_late then 1 else 0 end) as is_late
        from source_freshness
        group by source_name, account_id
        order by source_name, account_id
    """)
    accounts = Counter(row["source_name"] for row in rows)
    covered = _covered(state)
    ranges = []
    for row in rows:
        name = row["source_name"] if accounts[row["source_name"]] == 1 else f"{row['source_name']} ({row['account_id']})"
        for fact, since, until, gaps in covered.get((row["source_name"], row["account_id"])) or [_requested(row, time_zone)]:
            late, due = bool(row["is_late"]), row["expected_by"]
            is_import = row["connector"] == "import"
            ranges.append(DataRange(row["source_name"], name, fact, is_import, since, until, gaps, row["last_extracted_at"], due, late))
    return ranges


_Span = tuple[str | None, date | None, date | None, tuple[Days, ...]]
"""A fact, its first and its last covered day, and the gaps within the month."""


def _covered(state: State) -> Mapping[tuple[str, str], list[_Span]]:
    """By source and account, a span per fact; one for all where they are covered alike."""
    missing: dict[tuple[str, str, str], list[date]] = {}
    for row in state.rows(f"""
        select source_name, account_id, fact, date_day from metric_coverage where not is_covered and {state.month.sql} order by 1, 2, 3, 4
    """):
        missing.setdefault((row["source_name"], row["account_id"], row["fact"]), []).append(row["date_day"])
    found: dict[tuple[str, str], list[_Span]] = {}
    for row in state.rows("""
        select source_name, account_id, fact, min(date_day) as since, max(date_day) as until
        from metric_coverage
        where is_covered
        group by 1, 2, 3
        order by 1, 2, 3
    """):
        between = [day for day in missing.get((row["source_name"], row["account_id"], row["fact"]), ()) if day < row["until"]]
        spans = found.setdefault((row["source_name"], row["account_id"]), [])
        spans.append((row["fact"], row["since"], row["until"], runs(between)))
    return {key: spans if len({span[1:] for span in spans}) > 1 else [(None, *spans[0][1:])] for key, spans in found.items()}


def _requested(row: Mapping[str, Any], time_zone: str) -> _Span:
    """The days requested from a source without facts."""
    until = row["last_report_date"]
    return None, None, min(until, local_day(row["first_of_last"], time_zone) - timedelta(days=1)) if until else None, ()
