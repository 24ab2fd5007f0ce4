"""Months with partial data, and data that could be counted for less or more than it is."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from marts_by_hand import CATALOGUE, covered, credit, ended, freshness, goal, metric, number, review, two_months

from multiball.review.sections.channels.facts import Channels
from multiball.review.sections.cycle.facts import Decisions
from multiball.review.sections.figures.facts import Figures
from multiball.review.sections.goals.facts import Goals
from multiball.review.sections.movements.facts import Movements
from multiball.review.sections.proposals.facts import Proposals
from multiball.review.sections.returns.facts import Returns
from multiball.review.sections.trust.facts import Trust
from multiball.warehouse import Warehouse

D = Decimal
DATA: dict[str, Any] = {
    "dim_metric": CATALOGUE,
    "metric_daily": two_months(revenue=(100, 30), orders=(10, 3), spend=(40, 60)),
    "conversion_daily": [{"date_day": "2026-10-01", "channel": "Paid Social", "orders": 3, "new_customers": 1, "sessions": 0, "spend": 60}],
    "attribution_daily": [credit("2026-10-01", "meta:1", 3, 30, 60)],
}


SPEND_TO_THE_END = covered("ad", "2026-07-01", "2026-11-02", "ads")
ON = {"first": date(2026, 10, 1), "last": date(2026, 10, 10)}


def daily(name: str, first: str, last: str, value: Any, **further: Any) -> list[dict[str, Any]]:
    """The same number on every day."""
    start, days = date.fromisoformat(first), (date.fromisoformat(last) - date.fromisoformat(first)).days + 1
    return [number((start + timedelta(days=offset)).isoformat(), name, value, **further) for offset in range(days)]


@pytest.mark.parametrize("connector", ["shop", "import"])
def test_a_part_of_a_month_is_compared_with_the_same_days_and_has_no_return(embedded: Warehouse, connector: str) -> None:
    """Ten days at 4 a day, after a September at 3: a third more, not 56 % less. Spend continues, so no return is known."""
    goals = [
        goal("half", status="behind", actual=130, expected=900, projected_end=200),
        goal("reached", status="met", actual=2000, expected=900, projected_end=3000),
        goal("thrift", status="met", metric="revenue", direction="down", actual=130, due_on="2026-10-31"),
        goal("costs", status="ahead", metric="spend", actual=1, expected=1),
    ]
    rows = {
        "metric_daily": [
            *daily("revenue", "2026-09-01", "2026-09-30", 3), *daily("revenue", "2026-10-01", "2026-10-10", 4),
            *daily("revenue", "2026-09-01", "2026-09-30", 3, dimension="channel", member="Email"),
            *daily("revenue", "2026-10-01", "2026-10-10", 4, dimension="channel", member="Email"),
            *two_months(spend=(40, 60)),
        ],
        "metric_coverage": [*ended("order", "2026-07-01", "2026-10-10", "shop"), *SPEND_TO_THE_END],
        "source_freshness": [freshness("shop", "2026-10-10", connector=connector), freshness("ads", "2026-11-02")],
    }  # fmt: skip
    found = review(embedded, {**DATA, **rows, "goal_progress": goals})
    revenue, spend = found.of(Figures).figures
    assert (revenue.value, revenue.before, revenue.plan, revenue.is_whole) == (40, None, None, False)
    assert [run.model_dump() for run in revenue.days] == [ON]
    assert revenue.like_for_like is not None and (revenue.like_for_like.value, revenue.like_for_like.before) == (40, 30)
    assert [run.model_dump() for run in revenue.like_for_like.days] == [ON]
    assert [(run.first, run.last) for run in revenue.like_for_like.days_before] == [(date(2026, 9, 1), date(2026, 9, 10))]
    assert (spend.before, spend.value, spend.plan, spend.is_whole, spend.like_for_like) == (40, 60, 310, True, None)
    assert (found.of(Returns).returns, found.of(Channels).channels, found.of(Proposals).proposals) == ((), (), ())
    moved = found.of(Movements).movements[0]
    assert (moved.metric.name, moved.before, moved.value, [driver.effect for driver in moved.drivers]) == ("revenue", 30, 40, [10])
    assert moved.days == revenue.like_for_like.days
    assert {one.goal: (one.status, one.reason, one.projected_end) for one in found.of(Goals).goals} == {
        "half": ("cannot_tell", "source_ends_early", None), "reached": ("met", None, 3000),
        "thrift": ("cannot_tell", "source_ends_early", None), "costs": ("ahead", None, None),
    }  # fmt: skip
    found_values = [caveat.kind for caveat in found.of(Trust).caveats]
    assert found_values == ["source_late", "compared_in_part", "goal_cannot_tell", "goal_cannot_tell", "return_withheld"]
    assert found.of(Trust).caveats[0].until == found.data_until == date(2026, 10, 10)
    assert found.data_in_part_until == date(2026, 10, 31)


def test_a_return_needs_the_spend_of_the_whole_month_too(embedded: Warehouse) -> None:
    """Ads end on the 10th; orders continue."""
    rows = {"metric_coverage": [*covered("order", "2026-07-01", "2026-11-02"), *ended("ad", "2026-07-01", "2026-10-10")]}
    found = review(embedded, {**DATA, **rows})
    assert (found.of(Returns).returns, found.of(Proposals).proposals) == ((), ())
    assert [(channel.orders, channel.spend, channel.acquisition_cost) for channel in found.of(Channels).channels] == [(3, None, None)]
    [withheld] = [caveat for caveat in found.of(Trust).caveats if caveat.kind == "return_withheld"]
    assert [run.model_dump() for run in withheld.days] == [ON]  # type: ignore[union-attr, arg-type]


def months(name: str, *values: tuple[str, str, Any]) -> list[dict[str, Any]]:
    return [row for first, last, value in values for row in daily(name, first, last, value)]


@pytest.mark.parametrize(
    ("coverage", "like"),
    [
        pytest.param(covered("order", "2026-09-15", "2026-11-02"), (16 * 5, 16 * 3, 15, 30), id="begins on the 15th"),
        pytest.param(
            [
                *covered("order", "2026-07-01", "2026-10-09"),
                *covered("order", "2026-10-10", "2026-10-14", is_covered=False),
                *covered("order", "2026-10-15", "2026-11-02"),
            ],
            (25 * 5, 25 * 3, 1, 30),
            id="a hole of five days",
        ),
        pytest.param(
            [*covered("order", "2026-07-01", "2026-11-02"), *covered("order", "2026-10-11", "2026-11-02", "new", "2")],
            (10 * 5, 10 * 3, 1, 10),
            id="an account that comes within the month",
        ),
        pytest.param(
            [*ended("order", "2026-07-01", "2026-10-20", "one", "1"), *covered("order", "2026-07-01", "2026-11-02", "two", "2")],
            (20 * 5, 20 * 3, 1, 20),
            id="one of two shops ends early",
        ),
        pytest.param(covered("order", "2026-10-01", "2026-11-02"), None, id="connected this month"),
        pytest.param(ended("order", "2026-07-01", "2026-10-05"), None, id="less than a week"),
        pytest.param(
            [
                *ended("order", "2026-07-01", "2026-09-15", "old", "1", missed="2026-10-31"),
                *covered("order", "2026-09-16", "2026-11-02", "new", "2"),
            ],
            None,
            id="one shop follows another",
        ),
    ],
)  # fmt: skip
def test_only_days_covered_alike_in_both_months_are_compared(
    embedded: Warehouse, coverage: list[dict[str, Any]], like: tuple[int, int, int, int] | None
) -> None:
    """September at 3 a day, October at 5: two thirds more on any days."""
    rows = {
        "metric_daily": months("revenue", ("2026-09-01", "2026-09-30", 3), ("2026-10-01", "2026-10-31", 5)),
        "metric_coverage": coverage,
    }
    [figure] = review(embedded, {"dim_metric": CATALOGUE, **rows}).of(Figures).figures
    assert figure.before is None
    found_values = figure.like_for_like and (
        figure.like_for_like.value,
        figure.like_for_like.before,
        figure.like_for_like.days[0].first.day,
        figure.like_for_like.days[-1].last.day,
    )
    assert found_values == like


def test_fully_covered_months_are_compared_as_a_whole_whatever_their_length(embedded: Warehouse) -> None:
    rows = {
        "metric_daily": months("revenue", ("2027-02-01", "2027-02-28", 3), ("2027-03-01", "2027-03-31", 3)),
        "metric_coverage": covered("order", "2027-01-01", "2027-04-02"),
    }
    moments = {"as_of": datetime(2027, 4, 3), "issued_at": datetime(2027, 4, 3)}
    [figure] = review(embedded, {"dim_metric": CATALOGUE, **rows}, "2027-03", **moments).of(Figures).figures
    assert (figure.before, figure.value, figure.like_for_like) == (84, 93, None)


def test_a_source_is_late_only_when_its_load_is_overdue(embedded: Warehouse) -> None:
    due = datetime(2026, 11, 4, 5)
    sources = [freshness("site", "2026-10-30", expected_by=due), freshness("shop", "2026-10-29", expected_by=due, is_late=True)]
    found = review(embedded, {**DATA, "source_freshness": sources}).of(Trust).caveats
    assert [(one.source, one.due) for one in found if one.kind == "source_late"] == [("shop", due), ("site", None)]


def test_an_account_that_ends_early_is_named(embedded: Warehouse) -> None:
    sources = [freshness("meta", "2026-09-10", account_id="7"), freshness("meta", "2026-11-02", account_id="8")]
    found = review(embedded, {**DATA, "source_freshness": sources}).of(Trust).caveats
    assert [(one.kind, one.source) for one in found if one.kind.startswith("source_")] == [("source_missing", "meta (7)")]


@pytest.mark.parametrize(
    ("time_zone", "until"), [("Asia/Shanghai", None), ("UTC", date(2026, 10, 30)), ("America/New_York", date(2026, 10, 30))]
)
def test_the_end_of_the_last_loaded_day_is_in_the_readers_time_zone(embedded: Warehouse, time_zone: str, until: date | None) -> None:
    """At 20:00 UTC of October 31 it is November in Shanghai."""
    rows = {**DATA, "source_freshness": [freshness("site", "2026-10-31", loaded="2026-10-31T20:00:00")]}
    found = [one.until for one in review(embedded, rows, time_zone=time_zone).of(Trust).caveats if one.kind == "source_late"]
    assert found == ([until] if until else [])


def test_a_paused_campaign_has_a_cost_of_0_and_its_spend_is_not_missing(embedded: Warehouse) -> None:
    """It had spend in July, and an order in October is attributed to it. Spend of the search was never known."""
    rows = {
        "attribution_daily": [
            credit("2026-07-05", "meta:1", 0, 0, 80), credit("2026-10-01", "meta:1", 3, 30, None),
            credit("2026-10-01", None, 2, 20, None, "Paid Search"),
        ]
    }  # fmt: skip
    found = review(embedded, {**DATA, **rows}).of(Trust).caveats
    assert [one.name for one in found if one.kind == "return_without_spend"] == ["Paid Search"]


def test_a_goal_due_before_the_day_to_decide_is_not_proposed(embedded: Warehouse) -> None:
    """Issued on November 3, to decide by the 15th."""
    goals = [goal(day, status="behind", actual=1, expected=2, due_on=f"2026-11-{day}") for day in ("05", "15", "16")]
    assert [one.goal for one in review(embedded, {**DATA, "goal_progress": goals}).of(Proposals).proposals] == ["16"]


def test_a_share_above_1_is_not_a_valid_pace(embedded: Warehouse) -> None:
    share = metric("rate", "ratio", format="percent", numerator="a", denominator="b", better="up")
    goals = [goal("g", metric="rate", additivity="ratio", status="behind", actual="0.1", expected="0.5", target="0.5", due_on="2026-11-30")]
    [proposal] = review(embedded, {**DATA, "dim_metric": [*CATALOGUE, share], "goal_progress": goals}).of(Proposals).proposals
    assert (proposal.pace_so_far, proposal.pace_needed, proposal.expected) == (D("0.1"), None, None)


def test_goals_and_decisions_have_the_name_of_their_account(embedded: Warehouse) -> None:
    action = {
        "action_id": "a", "month": "2026-09-01", "title": '{"en": "T", "zh": "题"}', "owner": "o", "decision": "approved",
        "verdict": "too_early", "decided_at": "2026-10-03T08:00:00", "due_on": "2026-10-15", "metric": "revenue",
    }  # fmt: skip
    rows = {
        "dim_account": [{"account_key": "x:1", "account_name": "Home"}],
        "goal_progress": [
            goal("account", dimension="account", member="x:1", status="behind", actual=1),
            goal("channel", dimension="channel", member="Email"),
            goal("total"),
        ],
        "action_log": [{**action, "dimension": "account", "member": "x:1"}],
    }
    found = review(embedded, {**DATA, **rows, "metric_daily": [*DATA["metric_daily"], number("2026-10-02", "orders", 0)]})
    assert {one.goal: one.member_name for one in found.of(Goals).goals} == {"account": "Home", "channel": "Email", "total": None}
    assert [one.member_name for one in found.of(Proposals).proposals] == ["Home"]
    assert [one.member_name for one in found.of(Decisions).decisions] == ["Home"]
