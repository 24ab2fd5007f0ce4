"""What the marts say of deletions that are held and of answers that came empty, on both engines."""

from __future__ import annotations

from datetime import datetime

from conftest import Ask


def test_held_rows_are_counted_by_account_and_entity_until_they_are_released(ask: Ask) -> None:
    rows = {row["entity"]: row for row in ask("select * from source_freshness where source_name = 'hollow_shop'")}
    assert {entity: (row["rows_held"], row["held_since"]) for entity, row in rows.items()} == {
        "held_days": (30, datetime(2026, 3, 11, 6)), "given_again": (0, None), "few": (0, None), "quiet": (0, None),
    }  # fmt: skip
    assert ask("select held_rows from warehouse_status") == [{"held_rows": 31}]


def test_an_empty_answer_where_rows_were_and_a_hold_are_warnings_until_the_next_load(ask: Ask) -> None:
    rows = ask("select * from reconciliation_daily where scope like 'hollow_shop, 1, %' and status = 'error' order by 2, 3")
    assert [(row["check_name"], row["scope"].split(", ")[-1], row["level"], row["difference"]) for row in rows] == [
        ("no_answer_is_empty_where_rows_were", "few", "warn", 9),
        ("no_answer_is_empty_where_rows_were", "held_days", "warn", 30),
        ("no_deletion_is_held", "held_days", "warn", 30),
    ]


def test_a_day_with_held_rows_is_not_final(ask: Ask) -> None:
    rows = ask("select date_day, is_final, spend from fct_ad_daily where account_key = 'taboola:hollow' order by 1")
    assert [(row["date_day"].day, row["is_final"], row["spend"]) for row in rows] == [(1, True, 1), (2, False, 1), (3, True, 1)]
