"""Goals against the facts that they are about, added up here without the long form that the mart reads."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from conftest import Ask

TO_OCTOBERS_END = "date_day between date '2026-10-01' and date '2026-10-31'"


@pytest.fixture
def latest(ask: Ask) -> dict[str, dict[str, Any]]:
    return {row["goal"]: row for row in ask("select * from goal_progress where is_latest")}


def only(ask: Ask, sql: str) -> Decimal:
    [row] = ask(sql)
    [value] = row.values()
    assert value is not None
    return Decimal(value)


def test_the_plan_counts_as_it_stood_last(latest: dict[str, dict[str, Any]]) -> None:
    assert "dropped" not in latest
    assert latest["cap"]["target"] == 1


def test_a_sum_is_added_up_day_by_day(ask: Ask, latest: dict[str, dict[str, Any]]) -> None:
    days = ask("select date_day, actual from goal_progress where goal = 'cap' and actual is not null order by date_day")
    for day in (days[0], days[-1]):
        to_day = f"{TO_OCTOBERS_END} and date_day <= date '{day['date_day']}'"
        assert day["actual"] == only(ask, f"select sum(spend_reporting) from fct_ad_daily where {to_day}")
    assert (latest["cap"]["status"], len(days) > 1) == ("missed", True)


def test_a_ratio_is_a_ratio_of_sums(ask: Ask, latest: dict[str, dict[str, Any]]) -> None:
    cost = only(ask, f"select sum(spend_reporting) from fct_ad_daily where {TO_OCTOBERS_END}")
    clicks = only(ask, f"select sum(clicks) from fct_ad_daily where {TO_OCTOBERS_END}")
    assert abs(latest["cost"]["actual"] - cost / clicks) < Decimal("0.000001")
    assert latest["cost"]["expected"] == latest["cost"]["target"]


def test_a_level_is_the_last_value_of_each_account_added_up(ask: Ask, latest: dict[str, dict[str, Any]]) -> None:
    followers = only(
        ask,
        "select sum(followers) from fct_account_daily as days where followers is not null and date_day = ("
        " select max(date_day) from fct_account_daily as others where others.account_key = days.account_key"
        " and followers is not null and date_day between date '2026-09-28' and date '2026-10-31')",
    )
    assert latest["fans"]["actual"] == followers > 510
    assert (latest["platform_fans"]["actual"], latest["platform_fans"]["status"]) == (510, "met")


def test_people_are_what_was_fetched_for_exactly_that_span(ask: Ask, latest: dict[str, dict[str, Any]]) -> None:
    [period] = ask("select reach from reach_period where account_key = 'meta:100' and date_start = date '2026-09-28' and period = 'week'")
    assert latest["people"]["actual"] == period["reach"] is not None
    before = ask("select distinct actual, reason from goal_progress where goal = 'people' and not is_latest")
    assert before == [{"actual": None, "reason": "known_at_the_end"}]


def test_an_inconclusive_goal_has_its_reason(latest: dict[str, dict[str, Any]]) -> None:
    reported = {name: (row["status"], row["reason"]) for name, row in latest.items() if row["reason"]}
    assert reported["future"] == ("cannot_tell", "not_begun")
    assert reported["renamed"] == ("cannot_tell", "unknown_metric")


def test_a_goal_has_its_texts_by_language_whichever_release_kept_them(latest: dict[str, dict[str, Any]]) -> None:
    for name in ("cap", "early"):
        assert latest[name]["text"] == f'{{"en": "The goal {name}.", "zh": "目标{name}。"}}'
        assert latest[name]["objective"] == '{"en": "Grow.", "zh": "增长。"}'
