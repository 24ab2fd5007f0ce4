"""What sources bring of entities that no mart reads yet; expected values are solved by hand from the modules `rows_*`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from conftest import Ask

pytestmark = pytest.mark.engine
Rows = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture(params=["duckdb", "postgres"])
def rows(request: pytest.FixtureRequest, ask_all: dict[str, Ask], built: dict[str, Path]) -> Rows:
    """Columns of a canonical relation, on each engine, of the rows that a condition names, in the order of all columns."""
    nodes = json.loads((built[request.param] / "manifest.json").read_text())["nodes"]

    def read(entity: str, columns: str, where: str) -> list[tuple[Any, ...]]:
        relation = nodes[f"model.multiball.{entity}"]["relation_name"]
        found = [tuple(row.values()) for row in ask_all[request.param](f"select {columns} from {relation} where {where}")]
        return sorted(found, key=lambda row: [str(value) for value in row])

    return read


def test_a_line_is_in_the_currency_of_its_order_and_one_without_an_order_is_kept(rows: Rows) -> None:
    columns = "order_id, line_number, product_id, product_name, quantity, currency, unit_price, unit_cost"
    assert rows("order_line", columns, "_source = 'site'") == [
        ("o1", 1, "t", "Tea", 2, "EUR", Decimal(20), Decimal(8)),
        ("o1", 2, "t", "Tea", 3, "EUR", Decimal(20), Decimal(8)),
        ("of_no_order", 1, "t", None, 1, None, Decimal(5), None),
    ]


def test_a_lead_has_the_stages_of_all_contacts_that_were_merged_into_it(rows: Rows) -> None:
    assert rows("lead_stage", "lead_id, entered_at, stage, stage_name, stage_meaning", "_source = 'crm_of_others'") == [
        ("4", _at(1), "lead", None, "lead"),
        ("4", _at(2), "lead", None, "lead"),
        ("4", _at(6), "salesqualifiedlead", None, "qualified"),
        ("4", _at(9), "subscriber", None, "none"),
        ("4", _at(12), "lead", None, "lead"),
        ("6", _at(6), "marketingqualifiedlead", None, "qualified"),
        ("7", _at(7), "1501", "Trial", "qualified"),
    ]


def test_a_deal_has_its_own_stages_and_what_they_mean_in_its_pipeline(rows: Rows) -> None:
    assert rows("deal_stage", "deal_id, entered_at, stage, stage_name, stage_meaning", "_source = 'crm_of_others'") == [
        ("w1", _at(8, 8), "talk", None, "open"),
        ("w1", _at(9, 8), "trial", None, None),
        ("w1", _at(18, 8), "won", "Closed won", "won"),
        ("w2", _at(10, 8), "lost", None, "lost"),
        ("w2", _at(11, 8), "won", "Closed won", "won"),
        ("x3", _at(14, 8), "elsewhere", None, None),
    ]


def test_conversions_are_rows_by_kind_and_window_and_one_kind_counts_for_a_goal(rows: Rows) -> None:
    columns = (
        "conversion, goal, attribution_window, platform_conversions, platform_conversion_value, currency, ad_key, campaign_id, ad_name"
    )
    ad = ("USD", "meta:100:a1", "c1", "Ad a1")
    found = rows("ad_conversion_day", columns, "account_key = 'meta:100' and date_day = date '2026-10-01'")
    assert {row[5:] for row in found} == {ad}
    pixel = "offsite_conversion.fb_pixel_purchase"
    assert [row[:5] for row in found] == [
        ("lead", "lead", "default", 3, None),
        ("link_click", None, "default", 7, None),
        (pixel, None, "1d_view", 1, Decimal("28.9")),
        (pixel, None, "7d_click", 1, 30),
        (pixel, None, "default", 2, Decimal("58.9")),
        ("onsite_conversion.lead_grouped", None, "default", 2, None),
        ("purchase", "purchase", "1d_view", 1, Decimal("28.9")),
        ("purchase", "purchase", "7d_click", 1, 30),
        ("purchase", "purchase", "default", 2, Decimal("58.9")),
    ]


def test_segments_that_add_up_to_an_ad_s_day_are_segments_too(rows: Rows) -> None:
    columns = "date_day, segment_kind, segment, ad_key, currency, spend, impressions, reach, clicks, platform_conversions"
    found = rows("ad_segment_day", columns, "_source = 'google_export'")
    assert [(str(row[0]), *row[1:]) for row in found] == [
        ("2026-09-27", "unknown", "men", "google:g1:g-ad", "GBP", 6, 100, 60, 4, 1),
        ("2026-09-27", "unknown", "women", "google:g1:g-ad", "GBP", 2, 50, 40, 1, Decimal("0.5")),
        ("2026-09-28", "unknown", "all", "google:g1:g-ad", "GBP", 5, 10, 9, 0, None),
    ]


def _at(day: int, hour: int = 9) -> datetime:
    return datetime(2026, 9, day, hour)
