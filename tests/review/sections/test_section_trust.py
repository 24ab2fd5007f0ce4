"""The caveats of a review about missing, provisional and uncertain numbers, from marts written by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from marts_by_hand import CATALOGUE, Rows, covered, credit, ended, freshness, goal, metric, rate, review, two_months

from multiball.review.sections.channels.facts import Channels
from multiball.review.sections.figures.facts import Figures
from multiball.review.sections.movements.facts import Movements
from multiball.review.sections.returns.facts import Returns
from multiball.review.sections.trust.facts import Caveat, Trust
from multiball.warehouse import Warehouse
from multiball.warehouse.records import PUBLICATION, append_records

D = Decimal
DATA: dict[str, Any] = {"dim_metric": CATALOGUE, "metric_daily": two_months(revenue=(100, 300))}


def caveats(warehouse: Warehouse, rows: Rows, kind: str | None = None, **given: Any) -> list[Any]:
    found = review(warehouse, {**DATA, **rows}, **given).of(Trust).caveats
    return [caveat for caveat in found if kind in (None, caveat.kind)]


def numbers(caveat: Caveat) -> dict[str, Any]:
    """Its numbers and names, without an empty fact."""
    return {name: value for name, value in caveat if name != "kind" and (name, value) != ("fact", None)}


def values(found: Sequence[Caveat]) -> list[dict[str, Any]]:
    return [numbers(caveat) for caveat in found]


def test_complete_data_has_no_caveats(embedded: Warehouse) -> None:
    assert caveats(embedded, {"source_freshness": [freshness("site", "2026-11-02")]}, sources=["site"]) == []


def decided(warehouse: Warehouse, build: str, status: str, at: str, reason: str | None = None) -> None:
    moment = datetime.fromisoformat(at)
    record = {"build_id": build, "as_of": moment, "status": status, "reason": reason, "decided_at": moment}
    append_records(warehouse, PUBLICATION, [record], build)


def test_a_blocked_build_is_reported_with_the_published_one(embedded: Warehouse) -> None:
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
    assert [(caveat.kind, caveat.source, caveat.until) for caveat in found] == [
        ("source_missing", "never", None),
        ("source_missing", "gone", date(2026, 9, 12)),
        ("source_late", "sheet", date(2026, 10, 10)),
        ("source_late", "early", date(2026, 10, 20)),
        ("source_late", "late", date(2026, 11, 2)),
    ]
    assert found[-1].due == due


def test_a_day_loaded_before_its_end_does_not_count(embedded: Warehouse) -> None:
    rows = {"source_freshness": [freshness("site", "2026-10-31", loaded="2026-10-31T20:00:00")]}
    assert [caveat.until for caveat in caveats(embedded, rows, "source_late")] == [date(2026, 10, 30)]


def test_a_count_of_0_without_its_source_is_not_a_number(embedded: Warehouse) -> None:
    """The shop ended in September, so October has 0 orders in the mart. Spend continues and is shown; acquisition cost is not."""
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
    assert {figure.metric.name: (figure.before, figure.value) for figure in found.of(Figures).figures} == {
        "revenue": (None, None), "spend": (40, 60), "new_customers": (None, None), "orders": (None, None),
    }  # fmt: skip
    assert found.of(Movements).movements == ()
    assert (found.of(Channels).channels, found.of(Returns).returns) == ((), ())
    assert [(caveat.kind, *numbers(caveat).values()) for caveat in found.of(Trust).caveats] == [
        ("source_missing", "shop", date(2026, 9, 30)), ("no_data", "revenue"), ("no_data", "new_customers"), ("no_data", "orders"),
        ("return_withheld", None),
    ]  # fmt: skip
    known = {"metric_coverage": [*covered("order", "2026-07-01", "2026-11-02"), *covered("ad", "2026-07-01", "2026-11-02")]}
    with_source = review(embedded, {**DATA, **rows, **known, "source_freshness": [there, freshness("shop", "2026-11-02")]})
    assert {figure.metric.name: figure.value for figure in with_source.of(Figures).figures}["orders"] == 0


def test_held_rows_are_counted_by_source(embedded: Warehouse) -> None:
    since = datetime(2026, 11, 2, 6)
    rows = [
        freshness("shop", "2026-11-02", entity="orders", rows_held=40, held_since=since),
        freshness("shop", "2026-11-02", entity="events", rows_held=2, held_since=datetime(2026, 11, 3, 6)),
        freshness("crm", "2026-11-02", rows_held=0),
        freshness("ads", "2026-11-02", entity="insights", rows_held=28, held_since=since),
        freshness("ads", "2026-11-02", entity="insights", account_id="2", rows_held=30, held_since=datetime(2026, 11, 1, 6)),
    ]
    found = caveats(embedded, {"source_freshness": rows}, "deletion_held")
    assert [tuple(each.values()) for each in values(found)] == [
        ("ads", 58, datetime(2026, 11, 1, 6)),
        ("shop", 42, since),
    ]


def test_failed_checks_of_the_month_are_counted_and_missing_rates_by_currency(embedded: Warehouse) -> None:
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
    assert [(caveat.kind, *numbers(caveat).values()) for caveat in caveats(embedded, rows)] == [
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


def test_untraced_orders_and_sessions_are_reported_with_their_share(embedded: Warehouse) -> None:
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


def test_unassessed_goals_and_unavailable_lifetime_values_have_a_reason(embedded: Warehouse) -> None:
    rows = {
        "goal_progress": [goal("people", status="cannot_tell", reason="not_fetched")],
        "clv_quality": [{"as_of_date": "2026-11-01", "cannot_tell": "too few customers came back"}],
    }
    expected = {"goal": "people", "text": {"en": "Goal people.", "zh": "目标people。"}, "reason": "not_fetched"}
    assert values(caveats(embedded, rows, "goal_cannot_tell")) == [expected]
    assert values(caveats(embedded, rows, "lifetime_value_cannot_tell")) == [{"reason": "too few customers came back"}]


@pytest.mark.parametrize(("orders", "is_wide"), [(10, True), (30, False)])
def test_an_interval_is_wide_where_it_is_wider_than_the_return(embedded: Warehouse, orders: int, is_wide: bool) -> None:
    rows = {
        "metric_daily": two_months(revenue=(100, 300), orders=(1, 1)),
        "attribution_daily": [credit("2026-10-01", "meta:1", orders, 200, 100)],
    }
    assert bool(caveats(embedded, rows, "interval_wide")) == is_wide
