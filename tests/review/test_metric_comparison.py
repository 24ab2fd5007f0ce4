"""The mart of compared months gives a reason for a missing value, and never has a level for a part of its accounts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from review.marts_by_hand import SPEND, covered, metric, number, put_marts, rate, two_months

from multiball.warehouse import Warehouse

D = Decimal
ROWS = {
    "dim_metric": [
        metric("revenue"), metric("order_rate", "ratio", numerator="orders", denominator="visits"),
        metric("followers", "last", mart="fct_account_daily"), metric("reach", "distinct", mart="reach_daily"), SPEND,
    ],
    "metric_daily": [
        *two_months(revenue=(60, 93)),
        number("2026-09-01", "revenue", 60, "channel", "Email"), number("2026-10-01", "revenue", 93, "channel", "Direct"),
        rate("2026-09-01", "order_rate", 1, 4), rate("2026-10-01", "order_rate", 1, 0),
        number("2026-09-02", "followers", 100, "account", "x:a"), number("2026-10-02", "followers", 110, "account", "x:a"),
        number("2026-10-03", "followers", 50, "account", "x:b"),
        number("2026-09-01", "reach", 9, "account", "x:a"), number("2026-10-01", "reach", 9, "account", "x:a"),
        number("2026-09-03", "spend", 5), number("2026-10-30", "spend", 5),
    ],
    "dim_account": [{"account_key": "x:a", "platform": "x"}, {"account_key": "x:b", "platform": "x"}],
    "metric_coverage": [
        *covered("order", "2026-07-01", "2026-11-02"), *covered("account", "2026-07-01", "2026-11-02"),
        *covered("ad", "2026-09-03", "2026-09-05"), *covered("ad", "2026-10-28", "2026-11-02"),
    ],
}  # fmt: skip


@pytest.fixture
def october(embedded: Warehouse) -> dict[tuple[str, str], dict[str, Any]]:
    """The rows of October, by metric and member."""
    found = embedded.query("select * from metric_comparison where month = date '2026-10-01'", put_marts(embedded, ROWS))
    return {(row["metric"], row["member"]): row for row in found.to_pylist()}


@pytest.mark.parametrize(
    ("cell", "before", "now", "reason"),
    [
        (("revenue", "all"), 60, 93, None),
        (("revenue", "Email"), 60, None, "no_data"),
        (("revenue", "Direct"), None, 93, "no_data"),
        (("order_rate", "all"), D("0.25"), None, "no_denominator"),
        (("followers", "x:a"), 100, 110, None),
        (("followers", "x:b"), None, 50, "no_data"),
        (("followers", "all"), None, 160, "other_accounts"),
        (("followers", "x"), None, 160, "other_accounts"),
        (("reach", "x:a"), None, None, "not_additive"),
        (("spend", "all"), None, None, "days_missing"),
    ],
)
def test_a_missing_value_has_its_reason(
    october: dict[tuple[str, str], dict[str, Any]], cell: tuple[str, str], before: Any, now: Any, reason: str | None
) -> None:
    row = october[cell]
    assert (row["value_before"], row["value"], row["unavailable_reason"]) == (before, now, reason)


def test_whole_months_are_compared_whatever_their_length(october: dict[tuple[str, str], dict[str, Any]]) -> None:
    days = {name: (row["days_before"], row["days_now"], row["is_whole"]) for (name, _), row in october.items()}
    assert (days["revenue"], days["followers"]) == ((30, 31, True), (30, 31, True))
    assert (days["spend"], days["reach"]) == ((0, 0, False), (0, 0, False))
