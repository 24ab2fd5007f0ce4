"""Metrics over periods, worked out a second time in Python from the days; and the rules that hold whatever the numbers are."""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pytest
from conftest import Ask

YESTERDAY = date(2026, 12, 31)
"""AS_OF is the first moment of 2027 in UTC, which is that morning in Shanghai."""
MILLIONTH = Decimal("0.000001")
Cell = tuple[str, str, date, str, str]


def month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def months_later(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 + months
    return date(month // 12, month % 12 + 1, 1)


def periods_of(day: date) -> Iterator[tuple[str, date, date]]:
    """The periods that a day is a part of: name, first and last day."""
    month = day.replace(day=1)
    week = day - timedelta(days=day.weekday())
    quarter = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    yield "day", day, day
    yield "week", week, week + timedelta(days=6)
    yield "month", month, month_end(day)
    yield "quarter", quarter, month_end(months_later(quarter, 2))
    if day.day <= YESTERDAY.day:
        yield "month_to_date", month, min(month_end(day), month + timedelta(days=YESTERDAY.day - 1))
    for length in (3, 12):
        for later in range(length):
            last = months_later(month, later)
            if month_end(last) <= YESTERDAY:
                yield f"trailing_{length}_months", months_later(last, 1 - length), month_end(last)


@pytest.fixture(scope="module")
def rows(ask: Ask) -> dict[Cell, dict[str, Any]]:
    found = ask("select * from metric_period")
    cells = {(row["metric"], row["period"], row["period_start"], row["dimension"], row["member"]): row for row in found}
    assert len(cells) == len(found) > 1000
    return cells


@pytest.fixture(scope="module")
def days(ask: Ask) -> list[dict[str, Any]]:
    return [row for row in ask("select * from metric_daily") if row["date_day"] <= YESTERDAY]


@pytest.fixture(scope="module")
def metrics(ask: Ask) -> dict[str, dict[str, Any]]:
    return {row["metric"]: row for row in ask("select * from dim_metric")}


def columns_of(metrics: dict[str, dict[str, Any]], *additivities: str) -> set[str]:
    return {other["value_column"] for other in metrics.values() if other["additivity"] in additivities}


def holds_for_a_day(metric: dict[str, Any], metrics: dict[str, dict[str, Any]]) -> bool:
    ratio = {metric["numerator"], metric["denominator"]} & columns_of(metrics, "distinct", "last")
    return metric["additivity"] == "distinct" or (metric["additivity"] == "ratio" and bool(ratio))


def test_sums_and_ratios_of_sums_add_up_over_every_period(
    rows: dict[Cell, dict[str, Any]], days: list[dict[str, Any]], metrics: dict[str, dict[str, Any]]
) -> None:
    parts: dict[Cell, list[dict[str, Any]]] = defaultdict(list)
    for row in days:
        metric = metrics[row["metric"]]
        if metric["additivity"] in ("sum", "ratio") and not holds_for_a_day(metric, metrics):
            for period, start, _ in periods_of(row["date_day"]):
                parts[row["metric"], period, start, row["dimension"], row["member"]].append(row)
    assert len(parts) > 1000
    for cell, of_days in parts.items():
        metric, found = metrics[cell[0]], rows[cell]
        if metric["additivity"] == "sum":
            known = [row["value"] for row in of_days if row["value"] is not None]
            assert found["value"] == (sum(known) if known else None), cell
        else:
            above = [row["numerator"] for row in of_days if row["numerator"] is not None]
            below = [row["denominator"] for row in of_days if row["denominator"] is not None]
            value = None
            if above and below and sum(below):
                exact = Fraction(sum(above)) * int(metric["multiplier"]) / Fraction(sum(below))
                value = (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(MILLIONTH, ROUND_HALF_UP)
            assert found["value"] == value, cell


def test_of_levels_each_account_s_last_value_counts(
    ask: Ask, rows: dict[Cell, dict[str, Any]], days: list[dict[str, Any]], metrics: dict[str, dict[str, Any]]
) -> None:
    platforms = {row["account_key"]: row["platform"] for row in ask("select account_key, platform from dim_account")}
    last: dict[tuple[str, str, date], dict[str, tuple[date, Decimal]]] = defaultdict(dict)
    for row in days:
        if metrics[row["metric"]]["additivity"] == "last" and row["dimension"] == "account" and row["value"] is not None:
            for period, start, _ in list(periods_of(row["date_day"]))[1:]:
                accounts = last[row["metric"], period, start]
                if row["member"] not in accounts or accounts[row["member"]][0] < row["date_day"]:
                    accounts[row["member"]] = (row["date_day"], row["value"])
    assert len(last) > 10 and any(len(accounts) > 1 for accounts in last.values())
    for (metric, period, start), accounts in last.items():
        assert rows[metric, period, start, "total", "all"]["value"] == sum(value for _, value in accounts.values())
        for platform in {platforms[account] for account in accounts}:
            expected = sum(value for account, (_, value) in accounts.items() if platforms[account] == platform)
            assert rows[metric, period, start, "platform", platform]["value"] == expected
        for account, (_, value) in accounts.items():
            assert rows[metric, period, start, "account", account]["value"] == value


def test_different_people_are_never_added_up_and_a_platform_s_own_count_is_kept(
    ask: Ask, rows: dict[Cell, dict[str, Any]], metrics: dict[str, dict[str, Any]]
) -> None:
    of_a_day = {name for name, metric in metrics.items() if holds_for_a_day(metric, metrics)}
    assert of_a_day == {name for name, metric in metrics.items() if metric["over_days"] == "none"}
    assert {"reach", "frequency", "engagement_rate_by_reach", "engagement_rate_by_followers"} <= of_a_day
    people = columns_of(metrics, "distinct")
    counting = {name for name in of_a_day if people & {metrics[name][key] for key in ("value_column", "numerator", "denominator")}}
    assert {row["dimension"] for (metric, *_), row in rows.items() if metric in counting} == {"account"}
    longer = [row for (metric, period, *_), row in rows.items() if metric in of_a_day and period not in ("day", "week", "month")]
    assert longer and {row["unavailable_reason"] for row in longer} == {"not_additive"}
    given = {(row["period"], row["date_start"], row["account_key"]): row["reach"] for row in ask("select * from reach_period")}
    kept = {(period, start, member): row["value"] for (metric, period, start, _, member), row in rows.items() if metric == "reach"}
    assert given.items() <= kept.items() and any(given.values())
    often = ask("select period, date_start, account_key, frequency from reach_period where frequency is not null")
    assert often
    for row in often:
        assert rows["frequency", row["period"], row["date_start"], "account", row["account_key"]]["value"] == row["frequency"]
    others = {cell: value for cell, value in kept.items() if cell[0] in ("week", "month") and cell not in given}
    assert not any(others.values()), "what no platform counted is empty"


def test_a_period_says_how_many_of_its_days_are_over_and_known(ask: Ask, rows: dict[Cell, dict[str, Any]]) -> None:
    known: dict[tuple[str, str, date], int] = defaultdict(int)
    covered = ask(f"select metric, date_day, is_known from int_metric_days_known where date_day <= date '{YESTERDAY}'")
    for row in covered:
        for period, start, _ in periods_of(row["date_day"]):
            known[row["metric"], period, start] += bool(row["is_known"])
    has_coverage = {row["metric"] for row in covered}
    for (metric, period, start, _, _), row in rows.items():
        assert row["days_total"] == (row["period_end"] - start).days + 1
        assert row["days_due"] == (min(row["period_end"], YESTERDAY) - start).days + 1
        assert row["days_known"] == (known[metric, period, start] if metric in has_coverage else None)
        assert row["is_whole"] == (row["days_due"] == row["days_total"] and row["days_known"] in (None, row["days_total"]))
        assert (row["value"] is None) == (row["unavailable_reason"] is not None)
    assert {row["is_whole"] for row in rows.values()} == {True, False}


def test_a_period_is_final_once_it_is_over_and_every_row_of_it_is(
    rows: dict[Cell, dict[str, Any]], days: list[dict[str, Any]], metrics: dict[str, dict[str, Any]]
) -> None:
    parts: dict[Cell, list[bool | None]] = defaultdict(list)
    for row in days:
        if metrics[row["metric"]]["over_days"] == "sum":
            for period, start, _ in periods_of(row["date_day"]):
                parts[row["metric"], period, start, row["dimension"], row["member"]].append(row["is_final"])
    for cell, final in parts.items():
        known = [one for one in final if one is not None]
        assert rows[cell]["is_final"] == (all(known) and rows[cell]["period_end"] <= YESTERDAY if known else None), cell
    assert {rows[cell]["is_final"] for cell in parts} == {True, False, None}
    by_hand = [row["is_final"] for (metric, period, start, dimension, _), row in rows.items()
               if (metric, period, start, dimension) == ("spend", "month", date(2026, 10, 1), "total")]  # fmt: skip
    assert by_hand == [False], "a day of October was extracted within the restatement window"
