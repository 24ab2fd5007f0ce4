"""Advertising from raw rows to marts; expected values are solved by hand from rows_advertising.py."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from conftest import Ask, build_marts, open_engine

META = "platform = 'meta' and account_key = 'meta:100'"


def test_the_newest_vintage_counts_and_deleted_rows_are_gone(ask: Ask) -> None:
    rows = ask(f"select date_day, ad_id, spend, impressions from fct_ad_daily where {META} order by date_day")
    assert [tuple(row.values()) for row in rows] == [
        (date(2026, 10, 1), "a1", Decimal("12.5"), 1000),
        (date(2026, 10, 2), "a2", Decimal("3.33"), 70),
        (date(2026, 10, 3), "a1", Decimal("6"), 300),
    ]


def test_spend_is_converted_at_the_rate_of_its_day(ask: Ask) -> None:
    rows = ask(f"select spend_reporting from fct_ad_daily where {META} order by date_day")
    # 12.50 / 1.25 of the bank; 3.33 / 1.5 of the deployment's own rate; 6.00 / 1.5 carried over the weekend
    assert [row["spend_reporting"] for row in rows] == [Decimal("10"), Decimal("2.22"), Decimal("4")]


def test_a_rate_is_carried_for_seven_days_and_then_the_amount_is_empty_never_unconverted(ask: Ask) -> None:
    rows = ask("select spend, spend_reporting from fct_ad_daily where platform = 'google' order by date_day")
    assert [tuple(row.values()) for row in rows] == [(Decimal("8"), Decimal("10")), (Decimal("5"), None)]


def test_one_kind_of_action_counts_a_purchase_and_windows_stay_apart(ask: Ask) -> None:
    (row,) = ask(
        "select conversion_root, platform_conversions, platform_conversion_value, platform_conversions_1d_click, "
        "platform_conversions_7d_click, platform_conversion_value_7d_click, platform_conversions_1d_view, platform_leads "
        "from fct_ad_daily where account_key = 'meta:100' and platform_conversions = 2"
    )
    assert tuple(row.values()) == ("purchase", 2, Decimal("58.9"), None, 1, 30, 1, 3)


def test_segments_of_an_export_add_up_but_not_the_people_whom_they_reached(ask: Ask) -> None:
    rows = ask("select impressions, reach, clicks, platform_conversions from fct_ad_daily where platform = 'google' order by date_day")
    assert [tuple(row.values()) for row in rows] == [(150, None, 5, Decimal("1.5")), (10, 9, 0, None)]


def test_a_day_is_final_when_it_was_extracted_after_the_restatement_window(ask: Ask) -> None:
    rows = ask(f"select date_day, is_final from fct_ad_daily where {META} or platform = 'google' order by date_day")
    assert [row["is_final"] for row in rows] == [True, False, True, False, False]


def test_ratios_are_of_the_sums_of_the_row_and_empty_over_nothing(ask: Ask) -> None:
    rows = ask(f"select ctr, cpc, cpm from paid_efficiency_daily where {META} order by date_day")
    assert [tuple(row.values()) for row in rows] == [
        (Decimal("0.01"), Decimal("1"), Decimal("10")),
        (Decimal("0"), None, Decimal("31.714286")),
        (Decimal("0.023333"), Decimal("0.571429"), Decimal("13.333333")),
    ]


def test_a_campaign_that_the_platform_no_longer_lists_keeps_its_last_state(ask: Ask) -> None:
    (row,) = ask("select campaign_name, status, is_deleted, first_delivery_date from dim_campaign where campaign_key = 'meta:100:c1'")
    assert tuple(row.values()) == ("Autumn sale", "ACTIVE", True, date(2026, 10, 1))


def test_an_earlier_moment_shows_what_was_known_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MULTIBALL_")]:
        monkeypatch.delenv(name)
    workspace, warehouse = open_engine("duckdb", tmp_path, None)
    target = build_marts(workspace, warehouse, datetime(2026, 10, 3, 12, tzinfo=UTC), ("+fct_ad_daily", "+dim_account", "+dim_campaign"))
    rows = warehouse.query(f"select date_day, ad_id, spend, is_final from fct_ad_daily where {META} order by date_day", target).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        (date(2026, 10, 1), "a1", Decimal("12"), False),
        (date(2026, 10, 2), "a1", Decimal("99"), False),
    ]
