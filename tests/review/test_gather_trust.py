"""What a review says of numbers that are not final, missing or not to be trusted, from marts written by hand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from marts_by_hand import CATALOGUE, Rows, covered, credit, ended, freshness, goal, metric, number, rate, review, two_months
from scipy.stats import chi2

from multiball.review.facts import Caveat
from multiball.warehouse import Warehouse
from multiball.warehouse.records import PUBLICATION, append_records

D = Decimal
DATA: dict[str, Any] = {"dim_metric": CATALOGUE, "metric_daily": two_months(revenue=(100, 300))}


def caveats(warehouse: Warehouse, rows: Rows, kind: str | None = None, **given: Any) -> list[Caveat]:
    found = review(warehouse, {**DATA, **rows}, **given).caveats
    return [caveat for caveat in found if kind in (None, caveat.kind)]


def values(found: list[Caveat]) -> list[dict[str, Any]]:
    return [dict(caveat.values) for caveat in found]


def test_where_nothing_is_wrong_nothing_is_said(embedded: Warehouse) -> None:
    assert caveats(embedded, {"source_freshness": [freshness("site", "2026-11-02")]}, sources=["site"]) == []


def decided(warehouse: Warehouse, build: str, status: str, at: str, reason: str | None = None) -> None:
    moment = datetime.fromisoformat(at)
    record = {"build_id": build, "as_of": moment, "status": status, "reason": reason, "decided_at": moment}
    append_records(warehouse, PUBLICATION, [record], build)


def test_readers_of_a_blocked_warehouse_are_told_which_numbers_they_see(embedded: Warehouse) -> None:
    decided(embedded, "b1", "published", "2026-11-01T06:00:00")
    decided(embedded, "b2", "blocked", "2026-11-02T06:00:00", "spend differs")
    decided(embedded, "b3", "published", "2026-11-05T06:00:00")
    issued = {"issued_at": datetime(2026, 11, 3, 8)}
    expected = {"since": datetime(2026, 11, 2, 6), "reason": "spend differs", "published_as_of": datetime(2026, 11, 1, 6)}
    assert values(caveats(embedded, {}, "publication_blocked", **issued)) == [expected]
    assert caveats(embedded, {}, "publication_blocked", issued_at=datetime(2026, 11, 1, 8)) == []
    assert caveats(embedded, {}, "publication_blocked", issued_at=datetime(2026, 11, 6)) == []


def test_a_source_that_ends_early_or_is_overdue_is_late_and_one_without_the_month_is_missing(embedded: Warehouse) -> None:
    due = datetime(2026, 11, 2, 12)
    late = freshness("late", "2026-11-02", expected_by=due, is_late=True)
    found = caveats(
        embedded,
        {
            "source_freshness": [
                freshness("whole", "2026-11-02"),
                late,
                freshness("early", "2026-10-20"),
                freshness("gone", "2026-09-12"),
                freshness("sheet", "2026-10-10", connector="import"),
                freshness("once", "2018-08-31", connector="import"),
            ]
        },
        sources=["whole", "late", "early", "gone", "never"],
    )
    assert [(caveat.kind, caveat.values["source"], caveat.values["until"]) for caveat in found] == [
        ("source_missing", "never", None),
        ("source_missing", "gone", date(2026, 9, 12)),
        ("source_late", "sheet", date(2026, 10, 10)),
        ("source_late", "early", date(2026, 10, 20)),
        ("source_late", "late", date(2026, 11, 2)),
    ]
    assert found[-1].values["due"] == due


def test_a_day_that_was_not_over_when_it_was_loaded_is_not_there_yet(embedded: Warehouse) -> None:
    rows = {"source_freshness": [freshness("site", "2026-10-31", loaded="2026-10-31T20:00:00")]}
    assert [caveat.values["until"] for caveat in caveats(embedded, rows, "source_late")] == [date(2026, 10, 30)]


def test_a_count_of_0_without_its_source_is_no_number(embedded: Warehouse) -> None:
    """The shop ended in September, so that October's orders are 0 in the mart; spend goes on and is told, the cost of a customer is not."""
    gone, there = freshness("shop", "2026-09-30"), freshness("ads", "2026-11-02")
    rows = {
        "metric_daily": [
            *two_months(orders=(8, 0), new_customers=(5, 0), spend=(40, 60), revenue=(100, None)),
            rate("2026-09-01", "customer_acquisition_cost", 40, 5),
            rate("2026-10-01", "customer_acquisition_cost", 60, 0),
        ],
        "metric_coverage": [*ended("order", "2026-07-01", "2026-09-30", "shop"), *covered("ad", "2026-07-01", "2026-11-02", "ads")],
        "conversion_daily": [
            {"date_day": "2026-10-01", "channel": "Paid Social", "orders": 0, "new_customers": 0, "sessions": 0, "spend": 60}
        ],
        "attribution_daily": [credit("2026-10-01", "meta:1", 0, 0, 60)],
        "source_freshness": [gone, there],
    }
    found = review(embedded, {**DATA, **rows})
    assert {figure.metric.name: (figure.before, figure.value) for figure in found.figures} == {
        "revenue": (None, None), "spend": (40, 60), "new_customers": (None, None), "orders": (None, None),
    }  # fmt: skip
    assert found.movements == ()
    assert (found.channels, found.returns) == ((), ())
    assert [(caveat.kind, *caveat.values.values()) for caveat in found.caveats] == [
        ("source_missing", "shop", date(2026, 9, 30)), ("no_data", "revenue"), ("no_data", "new_customers"), ("no_data", "orders"),
        ("return_withheld", None),
    ]  # fmt: skip
    known = {"metric_coverage": [*covered("order", "2026-07-01", "2026-11-02"), *covered("ad", "2026-07-01", "2026-11-02")]}
    with_source = review(embedded, {**DATA, **rows, **known, "source_freshness": [there, freshness("shop", "2026-11-02")]})
    assert {figure.metric.name: figure.value for figure in with_source.figures}["orders"] == 0


def test_rows_that_wait_for_a_confirmation_are_counted_by_source(embedded: Warehouse) -> None:
    since = datetime(2026, 11, 2, 6)
    rows = [
        freshness("shop", "2026-11-02", entity="orders", rows_held=40, held_since=since),
        freshness("shop", "2026-11-02", entity="events", rows_held=2, held_since=datetime(2026, 11, 3, 6)),
        freshness("crm", "2026-11-02", rows_held=0),
        freshness("ads", "2026-11-02", entity="insights", rows_held=28, held_since=since),
        freshness("ads", "2026-11-02", entity="insights", account_id="2", rows_held=30, held_since=datetime(2026, 11, 1, 6)),
    ]
    found = caveats(embedded, {"source_freshness": rows}, "deletion_held")
    assert [tuple(caveat.values.values()) for caveat in found] == [
        ("ads", 58, datetime(2026, 11, 1, 6)),
        ("shop", 42, since),
    ]


def test_broken_identities_of_the_month_are_counted_by_check_and_missing_rates_by_currency(embedded: Warehouse) -> None:
    def check(day: str, name: str, level: str, scope: str = "x", status: str = "error", difference: Any = 1) -> dict[str, Any]:
        return {"date_day": day, "check_name": name, "scope": scope, "status": status, "level": level, "difference": difference}

    rows = {
        "reconciliation_daily": [
            check("2026-10-01", "leads_agree", "warn"),
            check("2026-10-02", "spend_agrees", "block"),
            check("2026-10-03", "spend_agrees", "block", "y"),
            check("2026-10-03", "spend_agrees", "block", "z", status="ok"),
            check("2026-09-30", "spend_agrees", "block"),
            check("2026-10-04", "exchange_rate_is_known", "warn", "fct_ad_daily, XYZ", difference=3),
            check("2026-10-05", "exchange_rate_is_known", "warn", "fct_order, XYZ", difference=2),
        ]
    }
    assert [(caveat.kind, *caveat.values.values()) for caveat in caveats(embedded, rows)] == [
        ("exchange_rate_missing", "XYZ", 5),
        ("reconciliation_error", "spend_agrees", "block", 2),
        ("reconciliation_error", "leads_agree", "warn", 1),
    ]


def account_day(day: str, platform: str, is_final: bool = True, series_break: str | None = None) -> dict[str, Any]:
    return {"account_key": f"{platform}:1", "platform": platform, "date_day": day, "is_final": is_final, "series_break": series_break}


def ad_day(day: str, spend: Any, is_final: bool) -> dict[str, Any]:
    return {"ad_key": "a", "platform": "meta", "date_day": day, "spend_reporting": spend, "is_final": is_final}


def test_days_that_a_platform_may_restate_are_counted_with_their_spend(embedded: Warehouse) -> None:
    rows = {
        "fct_account_daily": [
            account_day("2026-10-29", "meta"), account_day("2026-10-30", "meta", False), account_day("2026-10-31", "meta", False),
            account_day("2026-10-31", "x", False), account_day("2026-11-01", "weibo", False),
        ],
        "fct_ad_daily": [
            ad_day("2026-10-29", 70, True), ad_day("2026-10-30", 10, False), ad_day("2026-10-31", 20, False),
            ad_day("2026-11-01", 900, False),
        ],
    }  # fmt: skip
    assert values(caveats(embedded, rows, "not_final")) == [
        {"platform": "meta", "since": date(2026, 10, 30), "days": 2, "spend": 30, "share": D("0.3")},
        {"platform": "x", "since": date(2026, 10, 31), "days": 1, "spend": None, "share": None},
    ]


def test_a_series_is_retired_in_the_month_in_which_a_platform_ended_it(embedded: Warehouse) -> None:
    rows = {
        "fct_account_daily": [
            account_day("2026-09-30", "facebook"), account_day("2026-10-15", "facebook", series_break="impressions"),
            account_day("2026-10-20", "facebook", series_break="impressions, reach"), account_day("2026-10-01", "x", series_break="views"),
            account_day("2026-08-01", "weibo"), account_day("2026-09-01", "weibo", series_break="reach"),
            account_day("2026-10-01", "weibo", series_break="reach"),
        ]
    }  # fmt: skip
    seen = metric("account_impressions", mart="fct_account_daily", value_column="impressions")
    found = caveats(embedded, {**rows, "dim_metric": [*CATALOGUE, seen]}, "metric_retired")
    assert [tuple(one.values()) for one in values(found)] == [
        ("facebook", "account_impressions", date(2026, 10, 15)),
        ("facebook", "reach", date(2026, 10, 20)),
    ]


def test_orders_and_sessions_without_a_trace_are_told_with_their_share(embedded: Warehouse) -> None:
    rows = {
        "conversion_daily": [
            {"date_day": "2026-10-01", "channel": "unattributed", "orders": 2, "revenue": 60, "sessions": 0, "new_customers": 0},
            {"date_day": "2026-10-01", "channel": "Email", "orders": 9, "revenue": 240, "sessions": 0, "new_customers": 0},
        ],
        "fct_session": [
            {"session_key": str(place), "date_day": "2026-10-01", "is_bot": place > 4, "evidence": "nothing" if place != 2 else "utm"}
            for place in range(1, 9)
        ],
    }
    assert values(caveats(embedded, rows, "unattributed")) == [{"orders": 2, "revenue": 60, "share": D("0.2")}]
    assert values(caveats(embedded, rows, "untagged_sessions")) == [{"sessions": 3, "share": D("0.75")}]


def test_goals_and_lifetime_values_that_cannot_be_told_say_why(embedded: Warehouse) -> None:
    rows = {
        "goal_progress": [goal("people", status="cannot_tell", reason="not_fetched")],
        "clv_quality": [{"as_of_date": "2026-11-01", "cannot_tell": "too few customers came back"}],
    }
    expected = {"goal": "people", "text_en": "Goal people.", "text_zh": "目标people。", "reason": "not_fetched"}
    assert values(caveats(embedded, rows, "goal_cannot_tell")) == [expected]
    assert values(caveats(embedded, rows, "lifetime_value_cannot_tell")) == [{"reason": "too few customers came back"}]


def test_the_return_of_a_campaign_has_an_interval_or_a_reason_for_none(embedded: Warehouse) -> None:
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
    told = [
        (one.kind, one.name, one.spend, one.spend_before, one.orders, one.revenue, one.revenue_per_spend, one.low, one.high)
        for one in found.returns
    ]
    assert told == [
        ("campaign", '<b>Tea</b> "=1+1"', 100, 80, 10, 200, 2, D("1.085081"), D("3.392444")),
        ("campaign", "meta:2", 30, 0, 0, 0, None, None, None),
        ("channel", "Paid Search", 0, 0, 3, 30, None, None, None),
    ]
    assert [(caveat.kind, caveat.values["name"]) for caveat in found.caveats] == [
        ("return_without_spend", "Paid Search"), ("return_without_orders", "meta:2"), ("interval_wide", '<b>Tea</b> "=1+1"'),
    ]  # fmt: skip


def test_orders_that_differ_in_value_count_for_fewer(embedded: Warehouse) -> None:
    """Worth 30 and 10, two orders are as uncertain as 40^2 / (30^2 + 10^2) = 1.6 of one value; of one value, two are two."""

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
    found = {one.kind: one for one in review(embedded, {**DATA, **rows}).returns}
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
    [found] = review(embedded, {**DATA, **month}).returns
    effective = Fraction(revenue) ** 2 / sum(Fraction(value) ** 2 for value in values)
    assert found.revenue == revenue
    assert abs(Fraction(found.effective_orders or 0) - effective) < Fraction(1, 1_000_000)


@pytest.mark.parametrize(("orders", "is_wide"), [(10, True), (30, False)])
def test_an_interval_is_wide_where_it_is_wider_than_the_return(embedded: Warehouse, orders: int, is_wide: bool) -> None:
    rows = {
        "metric_daily": two_months(revenue=(100, 300), orders=(1, 1)),
        "attribution_daily": [credit("2026-10-01", "meta:1", orders, 200, 100)],
    }
    assert bool(caveats(embedded, rows, "interval_wide")) == is_wide


def test_a_channel_tells_what_it_did_and_what_its_customers_are_worth(embedded: Warehouse) -> None:
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
    assert [tuple(channel.model_dump().values()) for channel in found.channels] == [
        ("unattributed", None, None, 1, 500, 0, None, None, None, None, None),
        ("Paid Social", 9, 61, 3, 100, 3, D("20.333333"), 25, 20, D("37.5"), date(2027, 1, 31)),
    ]


def test_orders_that_are_known_of_no_day_of_a_campaign_are_not_told_as_none(embedded: Warehouse) -> None:
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
    assert [caveat.values["name"] for caveat in found.caveats if caveat.kind == "return_without_orders"] == ["meta:2"]
    assert {one.name: (one.orders, one.revenue, one.new_customers) for one in found.channels} == {
        "Display": (None, None, None), "Email": (2, 300, 1),
    }  # fmt: skip
