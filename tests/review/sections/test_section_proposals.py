"""The proposals of a review and the results of earlier ones, from marts written by hand."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marts_by_hand import CATALOGUE, REVENUE, Rows, credit, goal, metric, number, review, two_months

from multiball.review.exact import ratio
from multiball.review.sections.cycle.facts import Decisions
from multiball.review.sections.proposals.facts import Proposals
from multiball.review.sections.proposals.rivals import Side, difference_interval
from multiball.review.sections.returns.facts import Return
from multiball.review.sections.returns.gather import return_interval
from multiball.warehouse import Warehouse

D = Decimal
DATA: dict[str, Any] = {"dim_metric": CATALOGUE, "metric_daily": two_months(revenue=(100, 300), orders=(1, 1))}


def proposals(warehouse: Warehouse, rows: Rows, **given: Any) -> list[Any]:
    return list(review(warehouse, {**DATA, **rows}, **given).of(Proposals).proposals)


def months_of(campaign: str, orders: int, revenue: int, spend: int) -> list[dict[str, Any]]:
    """The same in each of the three months to the end of October."""
    return [credit(f"2026-{month:02}-01", campaign, orders, revenue, spend) for month in (8, 9, 10)]


def test_budget_moves_from_the_worst_to_the_best_campaign_where_they_clearly_differ(embedded: Warehouse) -> None:
    """100 orders at 3 per unit of spend, 100 at 1: a fifth of October's 400 moves, with an expected gain of twice that amount."""
    rows = {
        "attribution_daily": [
            *months_of("meta:best", 100, 1200, 400),
            *months_of("meta:worst", 100, 400, 400),
            *months_of("meta:mid", 50, 800, 400),
        ],
        "dim_campaign": [{"campaign_key": "meta:best", "campaign_name": "Best"}, {"campaign_key": "meta:worst", "campaign_name": "Worst"}],
        "goal_progress": [
            goal("half", owner="growth"),
            goal("fans", owner="social", metric="orders"),
            goal("more", owner="social", metric="orders"),
        ],
    }
    [move] = proposals(embedded, rows, issued_at=datetime(2026, 11, 3, 23, 30))
    assert (move.id, move.kind) == ("2026-10/move_budget/meta:worst/meta:best", "move_budget")
    assert (move.metric.name, move.dimension, move.member) == ("revenue", "channel", "Paid Social")
    assert (move.worse, move.better) == (
        Side(name="Worst", per_spend=D(1), spend=D(1200), orders=D(300)),
        Side(name="Best", per_spend=D(3), spend=D(1200), orders=D(300)),
    )
    assert (move.since, move.until, move.amount, move.share) == (date(2026, 8, 1), date(2026, 10, 31), 80, D("0.2"))
    assert move.expected == 160
    assert move.expected_low is not None and move.expected_high is not None
    assert 130 < move.expected_low < 160 < move.expected_high < 190
    assert (move.owner, move.decide_by) == ("growth", date(2026, 11, 16))


def test_where_the_returns_are_too_uncertain_the_budget_is_held_and_a_test_is_proposed(embedded: Warehouse) -> None:
    rows = {"attribution_daily": [*months_of("meta:a", 2, 30, 20), *months_of("meta:b", 2, 15, 20)]}
    [hold] = proposals(embedded, rows)
    assert (hold.id, hold.kind) == ("2026-10/hold_and_test/meta:b/meta:a", "hold_and_test")
    assert (hold.worse.per_spend, hold.better.per_spend, hold.months) == (D("0.75"), D("1.5"), 10)
    assert (hold.expected, hold.expected_low, hold.expected_high) == (None, None, None)


def test_campaigns_without_a_sales_objective_or_without_spend_do_not_compete(embedded: Warehouse) -> None:
    rows = {
        "attribution_daily": [
            *months_of("meta:sells", 100, 1200, 400), *months_of("meta:leads", 100, 40, 400), *months_of("meta:ended", 100, 40, 400)[:2],
            credit("2026-10-01", "meta:ended", 5, 1, 0), credit("2026-10-02", "meta:none", 0, 0, 500),
        ],
        "dim_campaign": [
            {"campaign_key": "meta:sells", "objective": "OUTCOME_SALES"}, {"campaign_key": "meta:leads", "objective": "OUTCOME_LEADS"},
        ],
    }  # fmt: skip
    assert proposals(embedded, rows) == []


def test_the_effect_on_campaigns_of_several_channels_is_measured_in_total(embedded: Warehouse) -> None:
    search = [{**row, "channel": "Paid Search"} for row in months_of("google:1", 100, 400, 400)]
    [move] = proposals(embedded, {"attribution_daily": [*months_of("meta:best", 100, 1200, 400), *search]})
    assert (move.dimension, move.member, move.owner) == ("total", "all", "")
    assert [
        one.owner for one in proposals(embedded, {"attribution_daily": [*months_of("meta:best", 100, 1200, 400), *search]}, teams=TEAMS)
    ] == ["paid"]


TEAMS = {"paid": {"en": "Paid", "zh": "投放"}, "social": {"en": "Social", "zh": "社媒"}}
campaign_numbers = st.tuples(
    st.integers(min_value=1, max_value=500),
    st.decimals(min_value=1, max_value=10**5, places=2),
    st.decimals(min_value=1, max_value=10**5, places=2),
)


@given(campaign_numbers, campaign_numbers)
def test_a_difference_is_within_its_interval_and_not_credible_where_intervals_contain_each_other(
    one: tuple[int, Decimal, Decimal], other: tuple[int, Decimal, Decimal]
) -> None:
    def returned(orders: int, revenue: Decimal, spend: Decimal) -> Return:
        low, high = return_interval(spend, D(orders), revenue)
        numbers = {"spend": spend, "spend_before": spend, "orders": D(orders), "revenue": revenue}
        return Return(kind="campaign", name="c", revenue_per_spend=ratio(revenue, spend), low=low, high=high, **numbers)

    worst, best = sorted((returned(*one), returned(*other)), key=lambda campaign: campaign.revenue_per_spend or D(0))
    low, high = difference_interval(best, worst)
    assert low <= (best.revenue_per_spend or D(0)) - (worst.revenue_per_spend or D(0)) <= high
    assert best.low is not None and worst.high is not None
    if best.low <= (worst.revenue_per_spend or D(0)):
        assert low <= 0
    if best.low > worst.high:
        assert low > 0


BEHIND = {"status": "behind", "due_on": "2026-12-31", "start_on": "2026-07-01"}


@pytest.mark.parametrize(
    ("progress", "catalogue", "so_far", "needed"),
    [
        ({"target": 1000, "actual": 410, "expected": 668}, REVENUE, "100", "290.163934"),
        ({"target": 200, "baseline": 80, "actual": 121, "expected": 160}, metric("revenue", "last"), "10", "38.852459"),
        ({"target": 35, "actual": 41, "expected": 35, "direction": "down"}, metric("revenue", "ratio"), "41", "22.901639"),
        ({"target": 5, "actual": 41, "expected": 5, "direction": "down"}, metric("revenue", "ratio"), "41", None),
    ],
)
def test_a_goal_that_is_behind_has_the_pace_it_needs_per_30_days(
    embedded: Warehouse, progress: dict[str, Any], catalogue: dict[str, Any], so_far: str, needed: str | None
) -> None:
    """123 days of July to October are gone and 61 are left. 410 of 1000: 100 in 30 days so far, (1000 - 410) / 61 * 30 from now on."""
    rows = {"dim_metric": [catalogue, metric("orders")], "goal_progress": [goal("half", **BEHIND, **progress)]}
    [catch_up] = proposals(embedded, rows)
    assert catch_up.id == "2026-10/catch_up/half"
    assert (catch_up.days_left, catch_up.pace_so_far) == (61, D(so_far))
    assert catch_up.pace_needed == (D(needed) if needed else None)
    assert catch_up.expected == (D(needed) - D(so_far) if needed else None)
    assert (catch_up.expected_low, catch_up.expected_high, catch_up.owner) == (None, None, "growth")


def test_goals_that_are_not_behind_need_nothing_and_the_furthest_behind_comes_first(embedded: Warehouse) -> None:
    states = ["ahead", "on", "met", "missed", "cannot_tell"]
    rows = [goal(state, status=state, actual=1, reason="no_data" if state == "cannot_tell" else None) for state in states]
    behind = [goal("little", **BEHIND, actual=1, pace_ratio="0.9"), goal("far", **BEHIND, actual=1, pace_ratio="0.2")]
    assert [one.goal for one in proposals(embedded, {"goal_progress": [*rows, *behind]})] == ["far", "little"]


def test_decisions_of_the_last_review_and_open_or_newly_assessed_ones_are_listed(embedded: Warehouse) -> None:
    """In Berlin, September ended at 22:00 UTC: a decision of the half-hour after it belongs to October, and to the review of November."""

    def action(month: str, name: str, decided: str, verdict: str = "as_expected", **further: Any) -> dict[str, Any]:
        return {
            "action_id": f"{month}/{name}", "month": f"{month}-01", "title": '{"en": "Move", "zh": "调整"}', "owner": "growth",
            "decision": "rejected" if verdict == "not_done" else "approved", "decided_at": f"2026-{decided}", "due_on": "2026-10-15",
            "metric": "revenue", "dimension": "total", "member": "all", "expected": 10, "expected_low": 5, "expected_high": 20,
            "measured": 12, "verdict": verdict, **further,
        }  # fmt: skip

    rows = {
        "dim_metric": CATALOGUE,
        "metric_daily": [*two_months(revenue=(100, 300)), number("2026-11-01", "revenue", 1)],
        "action_log": [
            action("2026-11", "own", "12-03T08:00:00"),
            action("2026-10", "open", "11-03T08:00:00", "too_early", note="yes"),
            action("2026-10", "refused", "11-03T08:00:00", "not_done"),
            action("2026-09", "assessed", "10-03T08:00:00", metric="gone"),
            action("2026-09", "refused", "10-03T08:00:00", "not_done"),
            action("2026-08", "at_midnight", "09-30T22:30:00"),
            action("2026-08", "told_before", "09-30T21:30:00"),
        ],
    }
    found = review(embedded, rows, "2026-11", as_of=datetime(2026, 12, 3), issued_at=datetime(2026, 12, 3)).of(Decisions).decisions
    assert [decision.id for decision in found] == ["2026-10/open", "2026-10/refused", "2026-09/assessed", "2026-08/at_midnight"]
    assert (found[0].decision, found[0].note, found[0].decided_at) == ("approved", "yes", datetime(2026, 11, 3, 8))
    assert [decision.metric.name if decision.metric else None for decision in found[1:3]] == ["revenue", None]
    assert (found[2].expected_low, found[2].expected, found[2].expected_high, found[2].measured, found[2].verdict) == (
        5,
        10,
        20,
        12,
        "as_expected",
    )
