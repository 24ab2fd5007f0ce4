"""Campaigns and channels of a review, from marts written by hand: returns, intervals and lifetime values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from marts_by_hand import CATALOGUE, credit, metric, number, review, two_months
from scipy.stats import chi2

from multiball.review.sections.channels.facts import Channels
from multiball.review.sections.returns.facts import Returns
from multiball.review.sections.trust.facts import Trust
from multiball.warehouse import Warehouse

D = Decimal
DATA: dict[str, Any] = {"dim_metric": CATALOGUE, "metric_daily": two_months(revenue=(100, 300))}


def test_the_return_of_a_campaign_has_an_interval_or_the_reason_for_its_absence(embedded: Warehouse) -> None:
    rows = {
        "metric_daily": two_months(revenue=(100, 300), orders=(1, 1)),
        "dim_campaign": [{"campaign_key": "meta:1", "campaign_name": '<b>Tea</b> "=1+1"'}],
        "attribution_daily": [
            credit("2026-09-30", "meta:1", 50, 5000, 80),
            credit("2026-10-01", "meta:1", 4, 100, 60),
            credit("2026-10-31", "meta:1", 6, 100, 40),
            {**credit("2026-10-31", "meta:1", 99, 9900, 40), "attribution_model": "linear"},
            credit("2026-10-31", "meta:2", 0, 0, 30),
            credit("2026-10-31", None, 3, 30, None, "Paid Search"),
            credit("2026-10-31", None, 7, 70, None, "Email"),
            credit("2026-10-31", "meta:3", 0, 0, 0),
        ],
    }
    found = review(embedded, {**DATA, **rows})
    found_returns = [
        (one.kind, one.name, one.spend, one.spend_before, one.orders, one.revenue, one.revenue_per_spend, one.low, one.high)
        for one in found.of(Returns).returns
    ]
    assert found_returns == [
        ("campaign", '<b>Tea</b> "=1+1"', 100, 80, 10, 200, 2, D("1.085081"), D("3.392444")),
        ("campaign", "meta:2", 30, 0, 0, 0, None, None, None),
        ("channel", "Paid Search", 0, 0, 3, 30, None, None, None),
    ]
    assert [(caveat.kind, caveat.name) for caveat in found.of(Trust).caveats] == [
        ("return_without_spend", "Paid Search"), ("return_without_orders", "meta:2"), ("interval_wide", '<b>Tea</b> "=1+1"'),
    ]  # fmt: skip


def test_orders_of_different_values_count_as_fewer(embedded: Warehouse) -> None:
    """Two orders of 30 and 10 are as uncertain as 40^2 / (30^2 + 10^2) = 1.6 orders of equal value; two equal orders count as two."""

    def order(key: str, channel: str, campaign: str | None, value: int, **further: Any) -> dict[str, Any]:
        order = {"order_key": key, "_source": "shop", "date_day": "2026-10-05", "is_counted": True, "revenue_reporting": value}
        return {**order, "channel": channel, "campaign_key": campaign, **further}

    rows = {
        "metric_daily": two_months(revenue=(100, 300), orders=(1, 1)),
        "attribution_daily": [credit("2026-10-05", "meta:1", 2, 40, 10), credit("2026-10-05", None, 2, 40, 10, "Display")],
        "fct_order": [
            order("1", "Paid Social", "meta:1", 30), order("2", "Paid Social", "meta:1", 10), order("3", "Display", None, 20),
            order("4", "Display", None, 20), order("5", "Email", None, 900), order("6", "Display", None, 900, is_counted=False),
            order("7", "Display", None, 900, date_day="2026-09-05"),
        ],
    }  # fmt: skip
    found = {one.kind: one for one in review(embedded, {**DATA, **rows}).of(Returns).returns}
    assert (found["campaign"].effective_orders, found["channel"].effective_orders) == (D("1.6"), 2)
    for one in found.values():
        worth, spend, orders = 40, 10, float(one.effective_orders or 0)
        assert float(one.low or 0) == pytest.approx(chi2.ppf(0.05, 2 * orders) / 2 * worth / orders / spend, abs=2e-6)
        assert float(one.high or 0) == pytest.approx(chi2.ppf(0.95, 2 * orders + 2) / 2 * worth / orders / spend, abs=2e-6)


@pytest.mark.parametrize("values", [["0.01", "0.01"], ["1000"], ["1000000"] * 1_000 + ["0.01"], ["99999999999.99"] * 20])
def test_a_month_has_a_review_whatever_its_orders_are_worth(embedded: Warehouse, values: list[str]) -> None:
    revenue = sum(D(value) for value in values)
    orders = [
        {"order_key": str(key), "date_day": "2026-10-05", "is_counted": True, "revenue_reporting": value, "channel": "Display"}
        for key, value in enumerate(values)
    ]
    month = {
        "metric_daily": two_months(revenue=(100, revenue if revenue < 10**12 else 300), orders=(1, 1)),
        "attribution_daily": [credit("2026-10-05", None, 1, value, 10, "Display") for value in values],
        "fct_order": orders,
    }
    [found] = review(embedded, {**DATA, **month}).of(Returns).returns
    effective = Fraction(revenue) ** 2 / sum(Fraction(value) ** 2 for value in values)
    assert found.revenue == revenue
    assert abs(Fraction(found.effective_orders or 0) - effective) < Fraction(1, 1_000_000)


def test_a_channel_has_its_results_and_its_lifetime_value(embedded: Warehouse) -> None:
    def day(channel: str, day: str = "2026-10-01", **counts: Any) -> dict[str, Any]:
        return {"date_day": day, "channel": channel, "sessions": 0, "orders": 0, "new_customers": 0, **counts}

    def worth(months: int, margin: Any) -> dict[str, Any]:
        margins = {"expected_margin": margin, "expected_margin_low": 80, "expected_margin_high": 150}
        return {
            "acquisition_channel": "Paid Social",
            "horizon_months": months,
            "customers": 4,
            "orders": 1,
            "as_of_date": "2027-01-31",
            **margins,
        }

    found = review(
        embedded,
        {
            "dim_metric": [*CATALOGUE, metric("sessions")],
            "metric_daily": [*two_months(revenue=(1, 2), sessions=(1, 2), orders=(1, 2)), number("2026-10-01", "new_customers", 2)],
            "conversion_daily": [
                day("Paid Social", sessions=5, spend=30, orders=2, new_customers=2, revenue=90),
                day("Paid Social", "2026-10-31", sessions=4, spend=31, orders=1, new_customers=1, revenue=10),
                day("Paid Social", "2026-11-01", spend=999),
                day("unattributed", orders=1, revenue=500),
                day("Old", "2026-10-02"),
            ],
            "clv_by_channel": [worth(12, 100), worth(24, 999)],
        },
    )
    assert [tuple(channel.model_dump().values()) for channel in found.of(Channels).channels] == [
        ("unattributed", None, None, 1, 500, 0, None, None, None, None, None),
        ("Paid Social", 9, 61, 3, 100, 3, D("20.333333"), 25, 20, D("37.5"), date(2027, 1, 31)),
    ]


def test_orders_unknown_on_all_days_of_a_campaign_are_not_reported_as_0(embedded: Warehouse) -> None:
    channel = {"date_day": "2026-10-20", "currency": "EUR"}
    rows = {
        "metric_daily": two_months(revenue=(100, 300), orders=(1, 1)),
        "attribution_daily": [credit("2026-10-20", "meta:1", None, None, 10), credit("2026-10-05", "meta:2", 0, 0, 10)],
        "conversion_daily": [
            {**channel, "channel": "Display", "spend": 10},
            {**channel, "channel": "Email", "orders": 2, "new_customers": 1, "revenue": 300},
        ],
    }
    found = review(embedded, {**DATA, **rows})
    assert [caveat.name for caveat in found.of(Trust).caveats if caveat.kind == "return_without_orders"] == ["meta:2"]
    assert {one.name: (one.orders, one.revenue, one.new_customers) for one in found.of(Channels).channels} == {
        "Display": (None, None, None), "Email": (2, 300, 1),
    }  # fmt: skip
