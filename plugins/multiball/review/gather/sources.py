"""How far the data of each source reaches, from the mart `source_freshness`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from multiball.review.facts import Caveat
from multiball.review.gather.state import Span, State, local_day

_COUNTED_FROM = {
    "fct_session": ("sessions", "engaged_sessions"),
    "fct_lead": ("leads", "qualified_leads"),
    "fct_deal": ("won_deals", "won_amount"),
    "fct_order": ("orders", "new_customers", "revenue", "margin"),
}
"""The columns of `conversion_daily` that are 0 where nothing happened, and the fact whose rows they count."""


@dataclass(frozen=True)
class Reach:
    """How far the data of one account of a source reaches."""

    source: str
    name: str
    """The source; with the account where it has several."""
    is_import: bool
    until: date | None
    """The last day that was over when it was loaded; None where a load had no days."""
    last_loaded: datetime
    due: datetime | None
    is_late: bool


@dataclass(frozen=True)
class Coverage:
    """Which sources there are, and which columns each one counts."""

    reaches: Sequence[Reach]
    fed_by: Mapping[str, Collection[str]]
    """By column of a mart, the sources that it was ever counted from."""

    def is_unknown(self, span: Span, columns: Collection[str]) -> bool:
        """Whether 0 means nothing in the span: all sources of one of the columns end before it."""
        going_on = {reach.source for reach in self.reaches if reach.until is None or reach.until >= span.first}
        ended = {reach.source for reach in self.reaches} - going_on
        return any(ended.issuperset(fed_by) for column in columns if (fed_by := self.fed_by.get(column)))

    def is_incomplete(self, span: Span, columns: Collection[str]) -> bool:
        """Whether days of the span are missing: it is unknown, or a source of one of the columns ends within it.

        The last row of an imported file may well be the last that there was: that it ends early is told, and hinders nothing.
        """
        connected = [reach for reach in self.reaches if not reach.is_import]
        ends_within = {reach.source for reach in connected if reach.until and span.first <= reach.until < span.last}
        return self.is_unknown(span, columns) or any(ends_within.intersection(self.fed_by.get(column, ())) for column in columns)


def read_coverage(state: State, time_zone: str) -> Coverage:
    """All sources that ever loaded."""
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
    reaches = [
        Reach(
            row["source_name"],
            row["source_name"] if accounts[row["source_name"]] == 1 else f"{row['source_name']} ({row['account_id']})",
            row["connector"] == "import",
            min(row["last_report_date"], local_day(row["first_of_last"], time_zone) - timedelta(days=1))
            if row["last_report_date"]
            else None,
            row["last_extracted_at"],
            row["expected_by"],
            bool(row["is_late"]),
        )
        for row in rows
    ]
    fed_by = {
        f"conversion_daily.{column}": [row["_source"] for row in state.rows(f"select distinct _source from {fact} order by _source")]
        for fact, columns in _COUNTED_FROM.items()
        for column in columns
    }
    return Coverage(reaches, fed_by)


def source_caveats(state: State, coverage: Coverage, configured: Collection[str]) -> Iterator[Caveat]:
    """Sources that have nothing or not all of the month, missing ones first. An import is missed where it used to come."""
    for source in sorted(set(configured) - {reach.source for reach in coverage.reaches}):
        yield Caveat(kind="source_missing", values={"source": source, "until": None})
    incomplete = [reach for reach in coverage.reaches if reach.is_late or _ends_early(reach, state)]
    for reach in sorted(incomplete, key=lambda reach: (reach.until or date.min, reach.name)):
        if reach.until is not None and reach.until < state.month.first:
            yield Caveat(kind="source_missing", values={"source": reach.name, "until": reach.until})
        else:
            due = reach.due if reach.is_late else None
            values = {"source": reach.name, "until": reach.until, "last_loaded": reach.last_loaded, "due": due}
            yield Caveat(kind="source_late", values=values)


def held_caveats(state: State) -> Iterator[Caveat]:
    """Rows that a source no longer gives and that still count, most first."""
    rows = state.rows("""
        select source_name, cast(sum(rows_held) as bigint) as held_rows, min(held_since) as since
        from source_freshness
        where rows_held > 0
        group by source_name
        order by held_rows desc, source_name
    """)
    for row in rows:
        yield Caveat(kind="deletion_held", values={"source": row["source_name"], "rows": row["held_rows"], "since": row["since"]})


def _ends_early(reach: Reach, state: State) -> bool:
    if reach.until is None or reach.until >= state.month.last:
        return False
    return not reach.is_import or reach.until >= state.before.first
