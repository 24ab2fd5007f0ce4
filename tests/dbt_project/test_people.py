"""Sessions, people, leads, deals and orders from hand-made rows. Days are those of the reporting time zone, Asia/Shanghai."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from conftest import Ask


def by(rows: list[dict[str, Any]], key: str) -> dict[Any, dict[str, Any]]:
    found = {row[key]: row for row in rows}
    assert len(found) == len(rows) > 0
    return found


@pytest.fixture(scope="module")
def sessions(ask: Ask) -> dict[str, dict[str, Any]]:
    return by(ask("select * from fct_session where _source in ('site', 'weblog')"), "session_key")


@pytest.fixture(scope="module")
def orders(ask: Ask) -> dict[str, dict[str, Any]]:
    return by(ask("select * from fct_order where _source in ('site', 'shop_export')"), "order_id")


@pytest.fixture(scope="module")
def leads(ask: Ask) -> dict[str, dict[str, Any]]:
    return by(ask("select * from fct_lead where _source in ('hubspot', 'marketplace_leads')"), "lead_id")


@pytest.fixture(scope="module")
def deals(ask: Ask) -> dict[str, dict[str, Any]]:
    return by(ask("select * from fct_deal where _source in ('hubspot', 'marketplace_deals')"), "deal_id")


def test_a_session_goes_over_midnight_and_campaigns_and_ends_after_half_an_hour(sessions: dict[str, dict[str, Any]]) -> None:
    of_v1 = sorted((session for session in sessions.values() if session["visitor_id"] == "v1"), key=lambda session: session["started_at"])
    assert [session["events"] for session in of_v1] == [2, 1, 5]
    assert [session["channel"] for session in of_v1] == ["Paid Social", "Direct", "Organic Search"]
    assert of_v1[0]["campaign_key"] == "meta:900:c9", "the ads' own tags say which campaign utm_campaign names"
    assert of_v1[0]["date_day"] == date(2026, 10, 9), "23:50 UTC is the next morning in Shanghai"
    assert {session["customer_key"] for session in of_v1} == {"mail1"}


def test_a_session_id_that_the_source_gives_is_kept(sessions: dict[str, dict[str, Any]]) -> None:
    assert sorted(session["events"] for session in sessions.values() if session["visitor_id"] == "u1") == [1, 2]


def test_what_consent_was_refused_for_is_counted_and_tied_to_nobody(sessions: dict[str, dict[str, Any]], ask: Ask) -> None:
    refused = [session for session in sessions.values() if session["consent_analytics"] is False]
    assert [(session["visitor_id"], session["customer_key"], session["channel"], session["is_stitched"]) for session in refused] == [
        (None, None, "Organic Social", False)
    ]
    assert ask(f"select count(*) as touches from fct_touchpoint where touch_key = '{refused[0]['session_key']}'") == [{"touches": 0}]
    assert ask("select sessions from conversion_daily where date_day = '2026-10-14' and channel = 'Organic Social'") == [{"sessions": 1}]
    counted = ask("select * from reconciliation_daily where check_name = 'sessions_stitched_to_visitors' and date_day = '2026-10-14'")
    assert [(row["left_value"], row["difference"]) for row in counted] == [(1, 1)]
    lost = ask("select * from reconciliation_daily where check_name = 'events_in_sessions' and date_day = '2026-10-14'")
    assert [(row["left_value"], row["right_value"]) for row in lost] == [(2, 1)]


def test_robots_are_marked_and_counted_apart(sessions: dict[str, dict[str, Any]], ask: Ask) -> None:
    assert [session["visitor_id"] for session in sessions.values() if session["is_bot"]] == ["v6"]
    assert ask("select coalesce(sum(sessions), 0) as sessions from conversion_daily where date_day = '2026-10-13'")[0]["sessions"] == 1
    robots = ask("select * from reconciliation_daily where check_name = 'sessions_without_robots' and date_day = '2026-10-13'")
    assert [(row["left_value"], row["right_value"], row["status"]) for row in robots] == [(2, 1, "ok")]


def test_a_google_click_goes_before_its_tags_and_is_kept_as_written(sessions: dict[str, dict[str, Any]]) -> None:
    clicked = next(session for session in sessions.values() if session["visitor_id"] == "v4")
    assert (clicked["channel"], clicked["traffic_source"], clicked["click_id_name"], clicked["click_id"]) == (
        "Paid Search", "google", "gclid", "Cj0_aB",
    )  # fmt: skip


def test_direct_visits_are_touches_that_remember_the_last_one_that_was_not(ask: Ask) -> None:
    touches = by(ask("select * from fct_touchpoint where visitor_id in ('v1', 'v3')"), "touched_at")
    reported = [(row["channel"], row["told_by"], row["last_non_direct_channel"]) for _, row in sorted(touches.items())]
    assert reported == [
        ("Email", "utm", "Email"),
        ("Paid Social", "utm", "Paid Social"),
        ("Direct", "untagged", "Paid Social"),
        ("Organic Search", "referrer", "Organic Search"),
        ("Direct", "untagged", "Email"),
    ]


def test_orders_find_their_customer_by_mail_phone_shop_id_and_visitor(orders: dict[str, dict[str, Any]], ask: Ask) -> None:
    assert {order_id: order["customer_key"] for order_id, order in orders.items()} == {
        "o1": "mail1", "o2": "phone:phone2", "o3": "mail3", "o4": "mail3", "o5": "mail5", "o6": "mail1", "o7": "mail7",
        "o8": "visitor:main:v3",
        "o9": "mail9", "o10": None, "p1": "shop_export:main:77", "p2": "shop_export:main:77",
    }  # fmt: skip
    customer = ask("select * from dim_customer where customer_key = 'mail1'")[0]
    assert (customer["orders"], customer["revenue_reporting"], customer["margin_reporting"]) == (2, Decimal("110"), Decimal("63"))
    assert (customer["acquisition_channel"], customer["is_contact"]) == ("Organic Search", False)


def test_money_is_converted_at_the_order_day_and_never_guessed(orders: dict[str, dict[str, Any]], ask: Ask) -> None:
    assert (orders["o2"]["revenue_reporting"], orders["o2"]["margin_reporting"]) == (Decimal("40"), Decimal("24"))
    assert orders["o6"]["margin"] == Decimal("3"), "10 less 4 refunded less 3 cost"
    assert (orders["o7"]["revenue"], orders["o7"]["revenue_reporting"]) == (Decimal("20"), None)
    missing = ask("select * from reconciliation_daily where check_name = 'exchange_rate_is_known' and scope = 'fct_order, CHF'")
    assert [(row["left_value"], row["right_value"], row["status"]) for row in missing] == [(1, 0, "error")]


def test_tests_and_cancelled_orders_stay_and_do_not_count(orders: dict[str, dict[str, Any]], ask: Ask) -> None:
    assert {order_id for order_id, order in orders.items() if not order["is_counted"]} == {"o4", "o5"}
    assert orders["p2"]["order_units"] == 0, "a return is no order, its amount is a refund"
    assert [orders[order_id]["quantity"] for order_id in ("o1", "o2", "p1", "p2")] == [5, None, 4, -1]
    day = ask("select sum(orders) as orders, sum(revenue) as revenue from conversion_daily where date_day = '2026-10-11'")[0]
    assert day == {"orders": 2, "revenue": Decimal("70")}
    kept = ask("select * from reconciliation_daily where check_name = 'orders_that_count' and date_day = '2026-10-11'")
    assert [(row["left_value"], row["right_value"]) for row in kept] == [(4, 2)]


def test_new_customers_are_counted_once_and_nobody_unknown_is_one(orders: dict[str, dict[str, Any]]) -> None:
    new = {order_id: order["is_new_customer"] for order_id, order in orders.items()}
    assert (new["o1"], new["o6"], new["o10"], new["o4"], new["p1"], new["p2"]) == (True, False, None, None, True, None)


def test_leads_keep_their_origin_and_unknown_is_not_nothing(leads: dict[str, dict[str, Any]]) -> None:
    assert set(leads) == {"1", "l1", "l2", "l3", "l4"}, "a subscriber is no lead, nor is who came by buying"
    assert (leads["l1"]["origin"], leads["l2"]["origin"]) == ("unknown", None)
    assert {lead_id: lead["channel"] for lead_id, lead in leads.items()} == {
        "1": "Paid Social", "l1": "unattributed", "l2": "unattributed", "l3": "Paid Search", "l4": "Paid Search",
    }  # fmt: skip
    assert leads["1"]["campaign_key"] == "meta:900:c9"
    assert {lead_id for lead_id, lead in leads.items() if lead["is_qualified"]} == {"1", "l3"}
    assert leads["1"]["qualified_date"] == date(2026, 10, 5)


def test_a_deal_older_than_its_lead_stays_and_is_shown(deals: dict[str, dict[str, Any]], ask: Ask) -> None:
    assert {deal_id: deal["status"] for deal_id, deal in deals.items()} == {
        "d1": "won", "d2": "open", "d3": "won", "m1": "won", "m2": "lost",
    }  # fmt: skip
    assert {deal_id for deal_id, deal in deals.items() if deal["is_before_lead"]} == {"d3"}
    assert (deals["m1"]["lead_key"], deals["m1"]["origin"], deals["m2"]["lead_key"]) == (
        "marketplace_leads:main:l3", "paid_search", None,
    )  # fmt: skip
    shown = ask("select * from reconciliation_daily where check_name = 'deal_follows_its_lead' and status = 'error'")
    assert [(row["date_day"], row["difference"], row["level"]) for row in shown] == [(date(2026, 10, 1), 1, "warn")]


def test_what_a_log_calls_direct_is_direct_and_takes_no_credit_from_a_source(ask: Ask) -> None:
    visits = by(ask("select * from fct_session where _source = 'weblog' and visitor_id = 'u2'"), "started_at")
    reported = [(row["channel"], row["traffic_source"], row["campaign"]) for _, row in sorted(visits.items())]
    assert reported == [("Organic Social", "weibo", "秋茶 2026"), *[("Direct", "(direct)", None)] * 3]
    assert {row["landing_page"] for row in visits.values()} == {"/茶", "/"}
    touches = ask("select distinct last_non_direct_channel as channel from fct_touchpoint where visitor_id = 'u2'")
    assert touches == [{"channel": "Organic Social"}]
    orders = by(ask("select order_id, channel, campaign from fct_order where _source = 'log_shop'"), "order_id")
    assert {order_id: order["channel"] for order_id, order in orders.items()} == {
        "d1": "Organic Social", "d2": "Direct", "d3": "Paid Search", "d4": "unattributed",
    }  # fmt: skip
    assert orders["d1"]["campaign"] == "秋茶 2026"


def test_a_lead_is_credited_by_its_tags_in_any_script_and_by_a_log_that_says_direct(ask: Ask) -> None:
    leads = by(ask("select lead_id, channel, campaign from fct_lead where _source = 'log_leads'"), "lead_id")
    assert {lead_id: (lead["channel"], lead["campaign"]) for lead_id, lead in leads.items()} == {
        "g1": ("Direct", None), "g2": ("Direct", None), "g3": ("Organic Social", "Чай"), "g4": ("Email", None),
    }  # fmt: skip
