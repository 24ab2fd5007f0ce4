"""The law of vintages: as of any moment, the newest vintages are what the last extraction before it said."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from multiball.shapes import Window
from multiball.warehouse import Warehouse
from tests.landing.conftest import AD_DAYS, ADS, Landing, ad_day, newest

Extraction = tuple[tuple[int, int], dict[tuple[int, str], int]]
_EXTRACTION = st.tuples(
    st.tuples(st.integers(1, 4), st.integers(1, 4)).map(lambda days: (min(days), max(days))),
    st.dictionaries(st.tuples(st.integers(1, 4), st.sampled_from(["a", "b"])), st.integers(0, 2)),
)
_accounts = iter(range(10_000))


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(extractions=st.lists(_EXTRACTION, min_size=2, max_size=4))
def test_newest_vintages_as_of_a_moment_are_the_last_extraction_of_each_day(
    warehouse: Warehouse, landing: Landing, extractions: list[Extraction]
) -> None:
    account = str(next(_accounts))
    truth: dict[tuple[int, str], int] = {}
    moments: list[tuple[datetime, dict[tuple[int, str], int]]] = []
    for number, ((first, last), rows) in enumerate(extractions):
        given_rows = {key: clicks for key, clicks in rows.items() if first <= key[0] <= last}
        truth = {key: clicks for key, clicks in truth.items() if not first <= key[0] <= last} | given_rows
        stamp = datetime(2026, 11, 1) + timedelta(hours=number)
        window = Window(date(2026, 10, first), date(2026, 10, last))
        records = [ad_day(day, ad, clicks) for (day, ad), clicks in given_rows.items()]
        landing(("ad_days", records), account=account, window=window, extracted_at=stamp, run_id=f"{account}/{number}", entities=[AD_DAYS])
        moments.append((stamp, truth))
    for stamp, expected in moments:
        rows_now = [row for row in newest(warehouse, AD_DAYS, stamp) if row["_account"] == account]
        assert {(row["day"].day, row["ad_id"]): row["clicks"] for row in rows_now} == expected


def test_a_snapshot_as_of_a_moment_is_the_last_extraction(warehouse: Warehouse, landing: Landing) -> None:
    extractions: list[dict[str, Any]] = [{"a": "A", "b": "B"}, {"b": "B2", "c": "C"}, {}, {"a": "A"}]
    for number, objects in enumerate(extractions):
        stamp = datetime(2026, 11, 1 + number)
        landing(("ads", [{"ad_id": ad, "name": name} for ad, name in objects.items()]), extracted_at=stamp)
    for number, objects in enumerate(extractions):
        assert {row["ad_id"]: row["name"] for row in newest(warehouse, ADS, datetime(2026, 11, 1 + number))} == objects
