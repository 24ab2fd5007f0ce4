"""A month of which a source has brought only a part, and parts that are counted for less or more than they are."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from marts_by_hand import CATALOGUE, credit, freshness, goal, metric, number, review, two_months

from multiball.warehouse import Warehouse

D = Decimal
DATA: dict[str, Any] = {
    "dim_metric": CATALOGUE,
    "metric_daily": two_months(revenue=(100, 30), orders=(10, 3), spend=(40, 60)),
    "fct_order": [{"order_key": "1", "_source": "shop", "date_day": "2026-09-01"}],
    "conversion_daily": [{"date_day": "2026-10-01", "channel": "Paid Social", "orders": 3, "new_customers": 1, "sessions": 0, "spend": 60}],
    "attribution_daily": [credit("2026-10-01", "meta:1", 3, 30, 60)],
}


def test_a_part_of_a_month_is_told_and_compared_with_nothing(embedded: Warehouse) -> None:
    """The shop was last loaded on October 10. Spend goes on, so that no return can be told, and no goal on revenue judged."""
    goals = [
        goal("half", status="behind", actual=130, expected=900, projected_end=200),
        goal("reached", status="met", actual=2000, expected=900, projected_end=3000),
        goal("thrift", status="met", metric="revenue", direction="down", actual=130, due_on="2026-10-31"),
        goal("costs", status="ahead", metric="spend", actual=1, expected=1),
    ]
    late = {"source_freshness": [freshness("shop", "2026-10-10"), freshness("ads", "2026-11-02")]}
    found = review(embedded, {**DATA, **late, "goal_progress": goals})
    assert {figure.metric.name: (figure.before, figure.value, figure.plan) for figure in found.figures} == {
        "revenue": (None, 30, None), "spend": (40, 60, 310), "orders": (None, 3, None),
    }  # fmt: skip
    assert (found.returns, found.channels, found.proposals) == ((), (), ())
    assert [movement.metric.name for movement in found.movements] == ["spend"]
    assert {one.goal: (one.status, one.reason, one.projected_end) for one in found.goals} == {
        "half": ("cannot_tell", "source_ends_early", None), "reached": ("met", None, 3000),
        "thrift": ("cannot_tell", "source_ends_early", None), "costs": ("ahead", None, None),
    }  # fmt: skip
    told = [caveat.kind for caveat in found.caveats]
    assert told == ["source_late", "goal_cannot_tell", "goal_cannot_tell"]
    for source in (freshness("shop", "2026-10-31"), freshness("shop", "2026-10-28", connector="import")):
        whole = review(embedded, {**DATA, "source_freshness": [source], "goal_progress": goals})
        assert [(figure.before, figure.value) for figure in whole.figures] == [(100, 30), (40, 60), (10, 3)]
        assert [one.status for one in whole.goals] == ["met", "ahead", "behind", "met"]


def test_a_month_before_of_which_days_are_missing_is_compared_with_nothing(embedded: Warehouse) -> None:
    """The old shop ended in the midst of September, the new one began then."""
    orders = [{"order_key": key, "_source": key, "date_day": "2026-09-01"} for key in ("old", "new")]
    sources = [freshness("old", "2026-09-15"), freshness("new", "2026-11-02")]
    found = review(embedded, {**DATA, "fct_order": orders, "source_freshness": sources})
    assert [(figure.metric.name, figure.before, figure.value) for figure in found.figures] == [
        ("revenue", None, 30), ("spend", 40, 60), ("orders", None, 3),
    ]  # fmt: skip


def test_a_source_is_late_only_when_its_load_is_overdue(embedded: Warehouse) -> None:
    due = datetime(2026, 11, 4, 5)
    sources = [freshness("site", "2026-10-30", expected_by=due), freshness("shop", "2026-10-29", expected_by=due, is_late=True)]
    found = review(embedded, {**DATA, "source_freshness": sources}).caveats
    assert [(one.values["source"], one.values["due"]) for one in found if one.kind == "source_late"] == [("shop", due), ("site", None)]


def test_of_several_accounts_the_one_that_ends_early_is_named(embedded: Warehouse) -> None:
    sources = [freshness("meta", "2026-09-10", account_id="7"), freshness("meta", "2026-11-02", account_id="8")]
    found = review(embedded, {**DATA, "source_freshness": sources}).caveats
    assert [(one.kind, one.values["source"]) for one in found if "source" in one.values] == [("source_missing", "meta (7)")]


@pytest.mark.parametrize(
    ("time_zone", "until"), [("Asia/Shanghai", None), ("UTC", date(2026, 10, 30)), ("America/New_York", date(2026, 10, 30))]
)
def test_whether_the_last_day_was_over_when_it_was_loaded_is_judged_where_the_reader_lives(
    embedded: Warehouse, time_zone: str, until: date | None
) -> None:
    """At 20:00 UTC of October 31 it is November in Shanghai."""
    rows = {**DATA, "source_freshness": [freshness("site", "2026-10-31", loaded="2026-10-31T20:00:00")]}
    found = [one.values["until"] for one in review(embedded, rows, time_zone=time_zone).caveats if one.kind == "source_late"]
    assert found == ([until] if until else [])


def test_a_campaign_that_rests_has_cost_nothing_and_its_spend_is_not_missing(embedded: Warehouse) -> None:
    """It spent in July, and an order of October still came through it. Of the search nothing was ever known."""
    rows = {
        "attribution_daily": [
            credit("2026-07-05", "meta:1", 0, 0, 80), credit("2026-10-01", "meta:1", 3, 30, None),
            credit("2026-10-01", None, 2, 20, None, "Paid Search"),
        ]
    }  # fmt: skip
    found = review(embedded, {**DATA, **rows}).caveats
    assert [one.values["name"] for one in found if one.kind == "return_without_spend"] == ["Paid Search"]


def test_a_goal_that_is_over_before_the_day_to_decide_is_not_put_to_anybody(embedded: Warehouse) -> None:
    """Issued on November 3, decided upon until the 15th."""
    goals = [goal(day, status="behind", actual=1, expected=2, due_on=f"2026-11-{day}") for day in ("05", "15", "16")]
    assert [one.values["goal"] for one in review(embedded, {**DATA, "goal_progress": goals}).proposals] == ["16"]


def test_a_share_above_1_is_no_pace(embedded: Warehouse) -> None:
    share = metric("rate", "ratio", format="percent", numerator="a", denominator="b", better="up")
    goals = [goal("g", metric="rate", additivity="ratio", status="behind", actual="0.1", expected="0.5", target="0.5", due_on="2026-11-30")]
    [proposal] = review(embedded, {**DATA, "dim_metric": [*CATALOGUE, share], "goal_progress": goals}).proposals
    assert (proposal.values["pace_so_far"], proposal.values["pace_needed"], proposal.expected) == (D("0.1"), None, None)


def test_goals_and_decisions_name_their_account_as_people_do(embedded: Warehouse) -> None:
    action = {
        "action_id": "a", "month": "2026-09-01", "title_en": "T", "title_zh": "题", "owner": "o", "decision": "approved",
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
    assert {one.goal: one.member_name for one in found.goals} == {"account": "Home", "channel": "Email", "total": None}
    assert [one.member_name for one in found.proposals] == ["Home"]
    assert [one.member_name for one in found.decisions] == ["Home"]
